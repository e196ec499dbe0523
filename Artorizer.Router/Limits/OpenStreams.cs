using System.Threading.RateLimiting;
using Artorizer.Router.Errors;
using Artorizer.Router.Security;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Limits;

/// <summary>
/// How many streams each owner has open at once: events over SSE, WebSockets and gRPC. Callers without a key are counted by their address,
/// or, on this machine where none is needed, not at all.
/// </summary>
internal sealed class OpenStreams : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);
    private readonly PartitionedRateLimiter<HttpContext> _limiter;
    private readonly int _most;

    public OpenStreams(IOptions<RouterLimits> limits)
    {
        _most = limits.Value.MaxStreams;
        _limiter = PartitionedRateLimiter.Create<HttpContext, string>(http => http.CallerPartition() is { } caller
            ? RateLimitPartition.GetConcurrencyLimiter(caller, _ => new ConcurrencyLimiterOptions { PermitLimit = _most, QueueLimit = 0 })
            : RateLimitPartition.GetNoLimiter(""));
    }

    /// <summary>Counts a stream until what is returned is disposed.</summary>
    /// <exception cref="ApiException">429: too many are open.</exception>
    public IDisposable Enter(HttpContext http)
    {
        var lease = _limiter.AttemptAcquire(http);
        if (lease.IsAcquired)
        {
            return lease;
        }

        lease.Dispose();
        throw new ApiException(
            StatusCodes.Status429TooManyRequests, "Too many streams", $"At most {_most} streams of events may be open at once. Close one first.")
        {
            RetryAfter = RetryAfter,
        };
    }

    public void Dispose() => _limiter.Dispose();
}

/// <summary>Marks endpoints that answer with a stream.</summary>
internal static class OpenStreamsEndpoints
{
    public static RouteHandlerBuilder CountStreams(this RouteHandlerBuilder endpoint) => endpoint.AddEndpointFilter(static async (context, next) =>
    {
        // HEAD gets no stream.
        if (HttpMethods.IsHead(context.HttpContext.Request.Method))
        {
            return await next(context);
        }

        using var stream = context.HttpContext.RequestServices.GetRequiredService<OpenStreams>().Enter(context.HttpContext);
        return await next(context);
    });
}
