using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Timeout;

namespace Artorizer.ServiceDefaults.Http;

/// <summary>What holds for every <see cref="HttpClient"/> that the client factory makes.</summary>
/// <remarks>
/// <para>
/// Hosts are names of services (service discovery), and requests go through the standard resilience pipeline: at most
/// 1,000 at once, 10 s for an attempt, 30 s in all, three retries with exponential backoff that honour
/// <c>Retry-After</c>, and a circuit breaker. On three points the defaults differ from the package's:
/// </para>
/// <list type="bullet">
/// <item>Each authority has a pipeline of its own. Otherwise all clients share one breaker, and one service that is down
/// takes every other one with it.</item>
/// <item>Only safe methods are retried (GET, HEAD, OPTIONS, TRACE). A body may be gone after the first attempt, and a POST
/// that timed out may have been carried out.</item>
/// <item>Requests that are streams (<see cref="IsStream"/>) have no timeout: how long an upload or a gRPC call takes is for
/// its caller to say, by deadline or cancellation token.</item>
/// </list>
/// <para>
/// A client that does its own retries, or whose calls are streams throughout, leaves the pipeline with
/// <see cref="StreamingHttpClientBuilderExtensions.WithoutResilience"/>. One that calls hosts named by users must do so
/// too: pipelines per authority are never given back.
/// </para>
/// </remarks>
public static class HttpClientDefaults
{
    /// <summary>Bodies up to this size, in bytes, are taken to pass within an attempt's timeout: 1 MiB.</summary>
    public const long LargestSmallBody = 1024 * 1024;

    internal static void Apply(IHttpClientBuilder client)
    {
        client.AddStandardResilienceHandler(Configure).SelectPipelineByAuthority();

        // After the pipeline, hence inside it: each attempt may go to another endpoint of the service.
        client.AddServiceDiscovery();
    }

    private static void Configure(HttpStandardResilienceOptions options)
    {
#pragma warning disable EXTEXP0001 // Experimental since the package's version 8, unchanged since.
        options.Retry.DisableForUnsafeHttpMethods();
#pragma warning restore EXTEXP0001
        ExceptForStreams(options.TotalRequestTimeout);
        ExceptForStreams(options.AttemptTimeout);
    }

    // Reads the timeout when it is needed: configuration that is applied after this still counts.
    private static void ExceptForStreams(TimeoutStrategyOptions options) =>
        options.TimeoutGenerator = arguments => new ValueTask<TimeSpan>(
            IsStream(RequestOf(arguments.Context)) ? Timeout.InfiniteTimeSpan : options.Timeout);

#pragma warning disable EXTEXP0001 // As above.
    private static HttpRequestMessage? RequestOf(ResilienceContext context) => context.GetRequestMessage();
#pragma warning restore EXTEXP0001

    /// <summary>
    /// Whether a request takes as long as its sender likes: a gRPC call, or a body that is larger than
    /// <see cref="LargestSmallBody"/> or of unknown length (JSON excepted, which is made from an object in memory).
    /// </summary>
    public static bool IsStream(HttpRequestMessage? request)
    {
        if (request?.Content is not { } content)
        {
            return false;
        }

        var mediaType = content.Headers.ContentType?.MediaType;
        if (mediaType is not null && mediaType.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        return content is not JsonContent && content.Headers.ContentLength is null or > LargestSmallBody;
    }
}
