using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Artorizer.ServiceDefaults.Telemetry;

/// <summary>
/// Levels for categories that write several lines for each outgoing request, which traces and metrics tell as well and better, or a line
/// and a stack for each refused gRPC call, which any caller could fill the log with, or an error with a stack for each connection that
/// gRPC's balancer cannot make: that an engine is gone is said once, and one that closes while the process stops is none.
/// </summary>
internal static class QuietLogs
{
    private static readonly (string Category, LogLevel Least)[] Levels =
    [
        ("System.Net.Http.HttpClient", LogLevel.Warning),
        ("Polly", LogLevel.Warning),
        ("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.Warning),
        ("Grpc.Net.Client.Balancer", LogLevel.Critical),
    ];

    /// <summary>Logs no more of them, unless the configuration names the category.</summary>
    public static void Apply(IServiceCollection services) => services.Configure<LoggerFilterOptions>(static options =>
    {
        // Of rules for one category the last one counts, so those of the configuration must come after these.
        foreach (var (category, least) in Levels)
        {
            options.Rules.Insert(0, new LoggerFilterRule(null, category, least, null));
        }
    });
}
