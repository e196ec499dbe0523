using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Wire;

namespace Artorizer.Client.Transport;

/// <summary>Failures over HTTP as <see cref="ArtorizerException"/>.</summary>
internal static class HttpFailures
{
    /// <summary>Whether an exception is one that a lost or slow connection causes.</summary>
    public static bool IsConnection(Exception e) => e is HttpRequestException or IOException or TimeoutException or OperationCanceledException;

    /// <summary>A failure without an answer.</summary>
    public static ArtorizerException OfConnection(Exception e, Uri server) => e switch
    {
        HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
        } => new ArtorizerException($"No connection to {server}: {e.Message}", e) { IsUnreachable = true },
        TimeoutException or OperationCanceledException => new ArtorizerException($"{server} did not answer in time.", e),
        _ => new ArtorizerException($"The connection to {server} was lost: {e.Message}", e),
    };

    /// <summary>An answer that is a refusal.</summary>
    public static async Task<ArtorizerException> OfAnswerAsync(HttpResponseMessage answer, TimeProvider time, CancellationToken cancellationToken)
    {
        var status = (int)answer.StatusCode;
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var wait = Wait(answer.Headers.RetryAfter, time);
        if (Read(answer.Content.Headers.ContentType?.ToString(), body) is not { } problem)
        {
            return new ArtorizerException($"The server answered {status} {answer.ReasonPhrase}.") { Status = status, RetryAfter = wait };
        }

        var message = problem.Detail.StartsWith(problem.Error, StringComparison.Ordinal) ? problem.Detail : $"{problem.Error}: {problem.Detail}";
        return new ArtorizerException(message)
        {
            Status = status,
            Error = problem.Error,
            Detail = problem.Detail,
            Field = problem.Field,
            Code = problem.Code,
            Errors = problem.Errors,
            TraceId = problem.TraceId,
            RetryAfter = wait,
        };
    }

    /// <summary>An answer that is no message.</summary>
    public static ArtorizerException Unreadable(string reason, HttpStatusCode status, Exception? cause = null) =>
        new($"The server's answer cannot be read: {reason}", cause) { Status = (int)status };

    // Proxies answer with pages of their own; those are no problem details.
    private static ProblemView? Read(string? contentType, byte[] body)
    {
        if (contentType is null || !WireNegotiation.TryGetReader(WireProtocols.Registry, contentType, out var protocol))
        {
            return null;
        }

        try
        {
            return protocol.Deserialize<ProblemView>(new ReadOnlySequence<byte>(body));
        }
        catch (WireFormatException)
        {
            return null;
        }
    }

    private static TimeSpan? Wait(RetryConditionHeaderValue? header, TimeProvider time)
    {
        var wait = header?.Delta ?? (header?.Date - time.GetUtcNow());
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
