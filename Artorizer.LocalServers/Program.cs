using Artorizer.LocalServers;

return await ServerCommand.Build().Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null });
