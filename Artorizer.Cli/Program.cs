return await Artorizer.Cli.CommandLine.RunAsync(args);
