using Artorizer.ServiceDefaults.Health;
using Artorizer.ServiceDefaults.Http;
using Artorizer.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Microsoft.Extensions.Hosting;

/// <summary>What every Artorizer service has: telemetry, health, service discovery and resilience.</summary>
public static class Extensions
{
    /// <summary>
    /// Whether this host owns the process's traces and metrics. Default: true.
    /// </summary>
    /// <remarks>
    /// Activity sources and meters belong to the process, not to a container: a listener in one host hears the spans and
    /// measurements of all. Where several hosts share a process (Artorizer.Standalone), a provider in each would export
    /// everything several times. So one host owns them and the others are set to false. Logs pass through the logger
    /// factory of their own container, so each host keeps exporting its own.
    /// </remarks>
    public const string ProcessOwnerKey = "Telemetry:ProcessOwner";

    private const string OtlpEndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>
    /// Adds telemetry, health checks, console logging, and service discovery and resilience for every
    /// <see cref="HttpClient"/> of the factory. See <see cref="HttpClientDefaults"/> for what holds for clients.
    /// </summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.ConfigureConsole();
        builder.ConfigureOpenTelemetry();
        builder.AddDefaultHealthChecks();
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(HttpClientDefaults.Apply);

        return builder;
    }

    /// <summary>
    /// Adds traces, metrics and logs. They are exported over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; the other
    /// standard <c>OTEL_*</c> variables hold too. See <see cref="ProcessOwnerKey"/> for several hosts in one process.
    /// </summary>
    public static TBuilder ConfigureOpenTelemetry<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);

        QuietLogs.Apply(builder.Services);

        var application = builder.Environment.ApplicationName;
        var exports = !string.IsNullOrWhiteSpace(builder.Configuration[OtlpEndpointKey]);

        // The exporters take their clients from the factory. They repeat by themselves, and must not log what they send.
        foreach (var exporter in TelemetryNames.ExporterClients)
        {
            builder.Services.AddHttpClient(exporter).WithoutResilience().RemoveAllLoggers();
        }

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });

        // The variables come last, so that OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(application).AddEnvironmentVariableDetector());

        if (!builder.Configuration.GetValue(ProcessOwnerKey, defaultValue: true))
        {
            if (exports)
            {
                telemetry.WithLogging(static logging => logging.AddOtlpExporter());
            }

            return builder;
        }

        telemetry
            .WithMetrics(metrics => metrics.AddMeter(TelemetryNames.Meters))
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(RequestTraces.Configure)
                .AddSource([application, .. TelemetryNames.Sources]));

        if (exports)
        {
            telemetry.UseOtlpExporter();
        }

        return builder;
    }

    /// <summary>
    /// Adds the check <c>self</c>, tagged <see cref="HealthTags.Live"/>. A service tags the checks of what it needs with
    /// <see cref="HealthTags.Ready"/>.
    /// </summary>
    public static TBuilder AddDefaultHealthChecks<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.Services.AddHealthChecks()
            .AddCheck("self", static () => HealthCheckResult.Healthy(), [HealthTags.Live]);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<HealthProbes>();

        return builder;
    }

    /// <summary>
    /// Maps the probes: <c>/alive</c> and <c>/health/live</c> (checks tagged live), <c>/health/ready</c> (checks tagged
    /// ready), and <c>/health</c> (all checks). Each answers 200 or 503 with a JSON object, in every environment, and gives
    /// no more than names of checks away.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="mapHealth">False when the service maps <c>/health</c> itself. Default: true.</param>
    public static WebApplication MapDefaultEndpoints(this WebApplication app, bool mapHealth = true)
    {
        ArgumentNullException.ThrowIfNull(app);
        HealthEndpoints.Map(app, mapHealth);
        return app;
    }

    // One line per event with a UTC time stamp, unless the configuration says otherwise (another formatter, other options).
    private static void ConfigureConsole<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        if (builder.Configuration.GetSection("Logging:Console:FormatterOptions").Exists())
        {
            return;
        }

        builder.Services.Configure<Logging.Console.SimpleConsoleFormatterOptions>(static options =>
        {
            options.SingleLine = true;
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });
        builder.Services.Configure<Logging.Console.JsonConsoleFormatterOptions>(static options =>
        {
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        });
    }
}
