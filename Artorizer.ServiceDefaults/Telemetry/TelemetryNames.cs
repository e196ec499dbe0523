namespace Artorizer.ServiceDefaults.Telemetry;

/// <summary>
/// The activity sources and meters that a service listens to, and the names of the exporters' clients. Those of HTTP clients
/// and of the runtime are built in, with the attributes of the conventions and without query strings; the instrumentation
/// packages for them would only listen to the same.
/// </summary>
internal static class TelemetryNames
{
    public static readonly string[] Sources =
    [
        "Artorizer.*",
        "System.Net.Http",
        "Grpc.Net.Client",
        "RabbitMQ.Client.*",
    ];

    public static readonly string[] Meters =
    [
        "Artorizer.*",
        "Microsoft.AspNetCore.Diagnostics",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.RateLimiting",
        "Microsoft.AspNetCore.Routing",
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Net.Http",
        "System.Net.NameResolution",
        "System.Runtime",
    ];

    /// <summary>The HTTP clients that the OTLP exporters ask the client factory for.</summary>
    public static readonly string[] ExporterClients = ["OtlpTraceExporter", "OtlpMetricExporter", "OtlpLogExporter"];
}
