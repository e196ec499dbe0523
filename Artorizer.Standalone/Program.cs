using System.CommandLine;
using Artorizer.Standalone;

return await StandaloneCommand.Build().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
