using System.CommandLine;
using Artorizer.Standalone;

return await CommandLine.Build().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
