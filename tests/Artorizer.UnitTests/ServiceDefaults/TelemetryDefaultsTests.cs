using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
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

    private static IHost Build(Action<HostApplicationBuilder>? configure = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = "Production" });
        configure?.Invoke(builder);
        builder.AddServiceDefaults();
        return builder.Build();
    }
}
