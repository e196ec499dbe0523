return await Artorizer.Client.Cli.CommandLine.RunAsync(args);
