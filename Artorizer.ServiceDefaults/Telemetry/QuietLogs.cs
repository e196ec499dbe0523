using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Artorizer.ServiceDefaults.Telemetry;

/// <summary>
/// Levels for categories that write several lines for each outgoing request, which traces and metrics tell as well and better, or a line
/// and a stack for each refused gRPC call, which any caller could fill the log with.
/// </summary>
internal static class QuietLogs
{
    private static readonly string[] Categories = ["System.Net.Http.HttpClient", "Polly", "Grpc.AspNetCore.Server.ServerCallHandler"];

    /// <summary>Logs warnings and above of them, unless the configuration names the category.</summary>
    public static void Apply(IServiceCollection services) => services.Configure<LoggerFilterOptions>(static options =>
    {
        // Of rules for one category the last one counts, so those of the configuration must come after these.
        foreach (var category in Categories)
        {
            options.Rules.Insert(0, new LoggerFilterRule(null, category, LogLevel.Warning, null));
        }
    });
}
