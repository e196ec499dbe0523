using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Artorizer.IntegrationTests.Telemetry;

/// <summary>
/// Takes telemetry over OTLP (HTTP, Protobuf) on a free loopback port and keeps it for a test to look at.
/// </summary>
/// <remarks>
/// Activity sources belong to the process: a receiver also gets what tests that run at the same time do. Send a
/// <c>traceparent</c> of your own (<see cref="NewTraceParent"/>) and look at that trace only.
/// </remarks>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly List<ReceivedSpan> _spans = [];
    private readonly List<ReceivedLog> _logs = [];
    private readonly HashSet<string> _metrics = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>The address for <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
    public Uri Endpoint => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>The standard variables that make a host export here, quickly. For its configuration or environment.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Endpoint.ToString(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "50",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "50",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "100",
    };

    /// <summary>All spans so far, in the order of their arrival.</summary>
    public IReadOnlyList<ReceivedSpan> Spans => Copy(_spans);

    /// <summary>All log records so far, in the order of their arrival.</summary>
    public IReadOnlyList<ReceivedLog> Logs => Copy(_logs);

    /// <summary>The names of all metrics so far.</summary>
    public IReadOnlyList<string> Metrics => Copy(_metrics);

    /// <summary>Starts a receiver.</summary>
    public static async Task<OtlpReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/traces", context => receiver.TakeAsync(context, body => receiver._spans.AddRange(OtlpReader.ReadSpans(body))));
        app.MapPost("/v1/logs", context => receiver.TakeAsync(context, body => receiver._logs.AddRange(OtlpReader.ReadLogs(body))));
        app.MapPost("/v1/metrics", context => receiver.TakeAsync(context, body => receiver._metrics.UnionWith(OtlpReader.ReadMetricNames(body))));
        await app.StartAsync(cancellationToken);
        return receiver;
    }

    /// <summary>A new trace id, and the header that makes a request part of that trace, sampled.</summary>
    public static (string TraceId, string TraceParent) NewTraceParent()
    {
        var traceId = System.Diagnostics.ActivityTraceId.CreateRandom().ToHexString();
        var spanId = System.Diagnostics.ActivitySpanId.CreateRandom().ToHexString();
        return (traceId, $"00-{traceId}-{spanId}-01");
    }

    /// <summary>Waits until the spans of a trace are as wanted, and gives them.</summary>
    /// <exception cref="TimeoutException">They never were; the message lists what came.</exception>
    public async Task<IReadOnlyList<ReceivedSpan>> WaitForTraceAsync(
        string traceId, Func<IReadOnlyList<ReceivedSpan>, bool> isComplete, CancellationToken cancellationToken)
    {
        List<ReceivedSpan> Trace() => [.. Spans.Where(span => span.TraceId == traceId)];

        await WaitAsync(
            () => isComplete(Trace()),
            () => string.Join(", ", Trace().Select(span => $"{span.Kind} {span.Name} ({span.ServiceName})")),
            cancellationToken);
        return Trace();
    }

    /// <summary>Waits until something that arrived makes <paramref name="condition"/> true.</summary>
    /// <exception cref="TimeoutException">It never was true within 30 s.</exception>
    public async Task WaitAsync(Func<bool> condition, Func<string> describe, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                changed = _changed.Task;
            }

            if (condition())
            {
                return;
            }

            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"The telemetry waited for did not arrive. So far: {describe()}");
            }
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private T[] Copy<T>(IEnumerable<T> items)
    {
        lock (_lock)
        {
            return [.. items];
        }
    }

    private async Task TakeAsync(HttpContext context, Action<byte[]> keep)
    {
        using var body = new MemoryStream();
        var source = context.Request.Headers.ContentEncoding == "gzip"
            ? new GZipStream(context.Request.Body, CompressionMode.Decompress)
            : context.Request.Body;
        await source.CopyToAsync(body, context.RequestAborted);

        TaskCompletionSource changed;
        lock (_lock)
        {
            keep(body.ToArray());
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();

        // An empty response message: everything was accepted.
        context.Response.ContentType = "application/x-protobuf";
    }
}
