using System.Diagnostics;
using System.Diagnostics.Metrics;
using Artorizer.ServiceDefaults.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Artorizer.IntegrationTests.Telemetry;

/// <summary>Two hosts in one process, as in Artorizer.Standalone: the front owns the telemetry and calls the back.</summary>
public sealed class TelemetryTests : IAsyncLifetime
{
    private static readonly ActivitySource Source = new("Artorizer.TelemetryTests");
    private static readonly Meter Meter = new("Artorizer.TelemetryTests");

    private OtlpReceiver _receiver = null!;
    private WebApplication _back = null!;
    private WebApplication _front = null!;
    private HttpClient _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _receiver = await OtlpReceiver.StartAsync(Cancellation);
        _back = await StartBackAsync();
        _front = await StartFrontAsync();
        _client = new HttpClient { BaseAddress = new Uri(_front.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _front.DisposeAsync();
        await _back.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task ARequestOverTwoHostsIsOneTrace()
    {
        var traceId = await GetAsync("/call");

        var spans = await _receiver.WaitForTraceAsync(traceId, spans => spans.Count >= 4, Cancellation);

        var front = Assert.Single(spans, span => span.Name == "GET /call");
        var call = Assert.Single(spans, span => span.Kind == ActivityKind.Client && span.ParentId == front.SpanId);
        var back = Assert.Single(spans, span => span.Name == "GET /work");
        var work = Assert.Single(spans, span => span.Name == "work");
        Assert.Equal(ActivityKind.Server, front.Kind);
        Assert.Equal(call.SpanId, back.ParentId);
        Assert.Equal(back.SpanId, work.ParentId);
        Assert.Equal(ActivityKind.Internal, work.Kind);
        Assert.Equal("Artorizer.TelemetryTests", work.Source);
        Assert.Equal("42", work.Attributes["answer"]);
        Assert.All(spans, span => Assert.Equal("front", span.ServiceName));
    }

    [Fact]
    public async Task SpansSayWhatWasAskedAndAnswered()
    {
        var traceId = await GetAsync("/item/7?signature=secret");
        var broken = await GetAsync("/broken", expected: 500);

        var span = Assert.Single(await _receiver.WaitForTraceAsync(traceId, spans => spans.Count > 0, Cancellation));
        Assert.Equal("GET /item/{id}", span.Name);
        Assert.Equal("GET", span.Attributes["http.request.method"]);
        Assert.Equal("/item/{id}", span.Attributes["http.route"]);
        Assert.Equal("/item/7", span.Attributes["url.path"]);
        Assert.Equal("200", span.Attributes["http.response.status_code"]);
        Assert.False(span.IsError);
        Assert.DoesNotContain("url.query", span.Attributes.Keys);
        Assert.DoesNotContain(span.Attributes.Values, value => value.Contains("secret", StringComparison.Ordinal));

        span = Assert.Single(await _receiver.WaitForTraceAsync(broken, spans => spans.Count > 0, Cancellation));
        Assert.Equal("500", span.Attributes["http.response.status_code"]);
        Assert.Equal("System.InvalidOperationException", span.Attributes["error.type"]);
        Assert.True(span.IsError);
    }

    [Fact]
    public async Task EachSpanIsExportedOnce()
    {
        var traceId = await GetAsync("/call");
        await _receiver.WaitForTraceAsync(traceId, spans => spans.Count >= 4, Cancellation);

        // Disposing flushes whatever a second provider would still hold.
        await _front.DisposeAsync();
        await _back.DisposeAsync();

        var spans = _receiver.Spans.Where(span => span.TraceId == traceId).ToArray();
        Assert.Equal(spans.Length, spans.DistinctBy(span => span.SpanId).Count());
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/alive")]
    [InlineData("/metrics")]
    public async Task ProbesLeaveNoTrace(string path)
    {
        var probe = await GetAsync(path);
        var request = await GetAsync("/call");
        await _receiver.WaitForTraceAsync(request, spans => spans.Count >= 4, Cancellation);
        await _front.DisposeAsync();

        Assert.DoesNotContain(_receiver.Spans, span => span.TraceId == probe);
    }

    [Fact]
    public async Task LogsOfEveryHostComeWithTheirTrace()
    {
        var traceId = await GetAsync("/call");

        await _receiver.WaitAsync(
            () => _receiver.Logs.Count(log => log.TraceId == traceId && log.Category == "Artorizer.Test") == 2,
            () => string.Join(", ", _receiver.Logs.Select(log => $"{log.Category}: {log.Body}")),
            Cancellation);

        var logs = _receiver.Logs.Where(log => log.TraceId == traceId && log.Category == "Artorizer.Test").ToDictionary(log => log.ServiceName);
        Assert.Equal("Calling back", logs["front"].Body);
        Assert.Equal("Working for front", logs["back"].Body);
        Assert.Equal("front", logs["back"].Attributes["Caller"]);
        Assert.Equal("7", logs["back"].Attributes["JobId"]);
    }

    [Fact]
    public async Task MetricsAreExported()
    {
        Meter.CreateCounter<int>("telemetry_tests.exported").Add(1);
        await GetAsync("/call");

        string[] expected =
        [
            "telemetry_tests.exported", "http.server.request.duration", "http.client.request.duration",
            "kestrel.active_connections", "dotnet.gc.collections",
        ];
        await _receiver.WaitAsync(
            () => expected.All(_receiver.Metrics.Contains), () => string.Join(", ", _receiver.Metrics), Cancellation);
    }

    private async Task<string> GetAsync(string path, int expected = 200)
    {
        var (traceId, traceParent) = OtlpReceiver.NewTraceParent();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("traceparent", traceParent);
        using var response = await _client.SendAsync(request, Cancellation);
        Assert.Equal(expected, (int)response.StatusCode);
        return traceId;
    }

    private Task<WebApplication> StartBackAsync() => StartAsync("back", isOwner: false, [], app =>
        app.MapGet("/work", () =>
        {
            using var activity = Source.StartActivity("work")?.SetTag("answer", 42);
            var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Artorizer.Test");
            using (logger.BeginScope(new Dictionary<string, object> { ["JobId"] = 7 }))
            {
                logger.LogInformation("Working for {Caller}", "front");
            }

            return "done";
        }));

    private Task<WebApplication> StartFrontAsync() => StartAsync("front", isOwner: true, [$"{_back.Urls.Single()}"], app =>
    {
        app.MapPrometheusMetrics();
        app.MapGet("/item/{id}", (int id) => id);
        app.MapGet("/broken", string () => throw new InvalidOperationException());
        app.MapGet("/call", (HttpClient http, ILoggerFactory loggers, CancellationToken cancellation) =>
        {
            loggers.CreateLogger("Artorizer.Test").LogInformation("Calling back");
            return http.GetStringAsync(new Uri("https+http://back/work"), cancellation);
        });
    });

    private async Task<WebApplication> StartAsync(string name, bool isOwner, string[] backs, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ApplicationName = typeof(TelemetryTests).Assembly.GetName().Name });
        builder.Configuration.AddInMemoryCollection(_receiver.Settings);
        builder.Configuration["OTEL_SERVICE_NAME"] = name;
        builder.Configuration["Telemetry:ProcessOwner"] = isOwner.ToString();
        for (var i = 0; i < backs.Length; i++)
        {
            builder.Configuration[$"services:back:http:{i}"] = backs[i];
        }

        builder.AddServiceDefaults();
        builder.Logging.AddFilter<ConsoleLoggerProvider>(null, LogLevel.None);
        builder.Services.AddPrometheusMetrics();
        builder.Services.AddHttpClient(string.Empty);
        builder.Services.AddTransient(services => services.GetRequiredService<IHttpClientFactory>().CreateClient());

        // A check that does something traceable: it must vanish together with the probe that runs it.
        builder.Services.AddHealthChecks().AddCheck("traced", () =>
        {
            using var activity = Source.StartActivity("check");
            return HealthCheckResult.Healthy();
        }, [HealthTags.Ready, HealthTags.Live]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapDefaultEndpoints();
        map(app);
        await app.StartAsync(Cancellation);
        return app;
    }
}
