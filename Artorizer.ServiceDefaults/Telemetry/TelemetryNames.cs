namespace Artorizer.ServiceDefaults.Telemetry;

/// <summary>The activity sources and meters that a service listens to. .NET 10 has them built in.</summary>
internal static class TelemetryNames
{
    public static readonly string[] Sources =
    [
        "Artorizer.*",
        "Microsoft.AspNetCore",
        "System.Net.Http",
        "Grpc.Net.Client",
        "RabbitMQ.Client.*",
    ];

    public static readonly string[] Meters =
    [
        "Artorizer.*",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Net.Http",
        "System.Runtime",
    ];
}
