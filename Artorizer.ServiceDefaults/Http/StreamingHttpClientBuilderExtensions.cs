using Microsoft.Extensions.DependencyInjection;

namespace Artorizer.ServiceDefaults.Http;

/// <summary>Takes clients out of the defaults.</summary>
public static class StreamingHttpClientBuilderExtensions
{
    /// <summary>
    /// Removes the resilience pipeline from this client: no limit, timeout, retry or breaker but the client's own. Service
    /// discovery stays. For gRPC clients that stream, storage clients that retry by themselves, and clients that call hosts
    /// named by users.
    /// </summary>
    public static IHttpClientBuilder WithoutResilience(this IHttpClientBuilder client)
    {
        ArgumentNullException.ThrowIfNull(client);
#pragma warning disable EXTEXP0001 // Experimental since the package's version 8, unchanged since.
        client.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
        return client.ConfigureHttpClient(static http => http.Timeout = Timeout.InfiniteTimeSpan);
    }
}
