using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Artorizer.UnitTests.ServiceDefaults;

public sealed class TelemetryDefaultsTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public void OnlyTheOwnerHasTracesAndMetrics(string? isOwner, bool expected)
    {
        using var host = Build(builder => builder.Configuration[Extensions.ProcessOwnerKey] = isOwner);

        Assert.Equal(expected, host.Services.GetService<TracerProvider>() is not null);
        Assert.Equal(expected, host.Services.GetService<MeterProvider>() is not null);
    }

    [Theory]
    [InlineData("OtlpTraceExporter", false)]
    [InlineData("OtlpMetricExporter", false)]
    [InlineData("OtlpLogExporter", false)]
    [InlineData("", true)]
    public void ExportersSendPastThePipeline(string client, bool isGuarded)
    {
        using var host = Build();

        var handler = host.Services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(client);
        var chain = new List<HttpMessageHandler>();
        for (HttpMessageHandler? next = handler; next is not null; next = (next as DelegatingHandler)?.InnerHandler)
        {
            chain.Add(next);
        }

        Assert.Equal(isGuarded, chain.OfType<ResilienceHandler>().Any());
        Assert.Equal(isGuarded, chain.Any(part => part.GetType().Name.Contains("Logging", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Polly")]
    [InlineData("System.Net.Http.HttpClient.Default.LogicalHandler")]
    public void OutgoingRequestsAreLoggedWhenAskedFor(string category)
    {
        using var quiet = Build();
        using var asked = Build(builder => builder.Configuration[$"Logging:LogLevel:{category.Split(".Default")[0]}"] = "Debug");

        Assert.False(Logger(quiet).IsEnabled(LogLevel.Information));
        Assert.True(Logger(quiet).IsEnabled(LogLevel.Warning));
        Assert.True(Logger(asked).IsEnabled(LogLevel.Debug));

        ILogger Logger(IHost host) => host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category);
    }

    [Theory]
    [InlineData("Microsoft.AspNetCore.Diagnostics", true)]
    [InlineData("Microsoft.AspNetCore.Hosting", true)]
    [InlineData("Microsoft.AspNetCore.RateLimiting", true)]
    [InlineData("Microsoft.AspNetCore.Routing", true)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", true)]
    [InlineData("System.Net.Http", true)]
    [InlineData("System.Net.NameResolution", true)]
    [InlineData("System.Runtime", true)]
    [InlineData("Artorizer.Anything", true)]
    [InlineData("Somebody.Else", false)]
    public void MetersOfThePlatformAndOfTheServicesAreExported(string name, bool expected)
    {
        using var exporter = new NamesExporter();
        using var host = Build(builder => builder.Services.ConfigureOpenTelemetryMeterProvider(
            provider => provider.AddReader(new BaseExportingMetricReader(exporter))));
        var provider = host.Services.GetRequiredService<MeterProvider>();
        using var meter = new Meter(name);

        meter.CreateCounter<int>("telemetry.defaults.test").Add(1);
        Assert.True(provider.ForceFlush());

        Assert.Equal(expected, exporter.Seen.Contains((name, "telemetry.defaults.test")));
    }

    private sealed class NamesExporter : BaseExporter<Metric>
    {
        public HashSet<(string Meter, string Instrument)> Seen { get; } = [];

        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                Seen.Add((metric.MeterName, metric.Name));
            }

            return ExportResult.Success;
        }
    }

    private static IHost Build(Action<HostApplicationBuilder>? configure = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = "Production" });
        configure?.Invoke(builder);
        builder.AddServiceDefaults();
        return builder.Build();
    }
}
