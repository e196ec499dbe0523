using System.CommandLine;
using Artorizer.AppHost.Embedded;

return await CommandLine.Build().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
