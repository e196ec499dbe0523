using System.Net;
using Amazon.Runtime;
using Artorizer.Jobs;
using Artorizer.Jobs.Objects;

namespace Artorizer.Infrastructure.S3;

/// <summary>What the server's errors mean to callers.</summary>
internal static class S3Errors
{
    private static readonly HashSet<string> Full = new(StringComparer.Ordinal)
    {
        "InsufficientStorage", "QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "EntityTooLargeForQuota",
    };

    private static readonly HashSet<string> Passing = new(StringComparer.Ordinal)
    {
        "SlowDown", "RequestTimeout", "ServiceUnavailable", "InternalError", "Throttling", "TooManyRequestsException",
        // Not made yet, or made anew: the start-up makes it. And an upload whose end was confirmed, but the answer was lost.
        "NoSuchBucket", "NoSuchUpload",

        // No code of S3's but the server's word for what is no request: the rest of an earlier one, which it had refused unread, came
        // before this one on the same connection, which it now closes.
        "BadRequest",
    };

    /// <summary>Runs a call and translates its errors.</summary>
    /// <exception cref="StoreUnavailableException">The server does not answer, or asks to come again later.</exception>
    /// <exception cref="StorageFullException">It has no room.</exception>
    public static async Task<T> TranslateAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && Translate(exception) is { } translated)
        {
            throw translated;
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && exception is not OperationCanceledException)
        {
            // The connection that was cut may be reported in many ways.
            throw new OperationCanceledException("The call to the object store was cancelled.", exception, cancellationToken);
        }
    }

    /// <summary>Whether the object, or the bucket, is not there.</summary>
    public static bool IsMissing(AmazonServiceException exception) => exception.StatusCode == HttpStatusCode.NotFound;

    /// <summary>What callers are to get; <see langword="null"/> for the exception as it is.</summary>
    private static Exception? Translate(Exception exception) => exception switch
    {
        AmazonServiceException { StatusCode: HttpStatusCode.InsufficientStorage } e => NoRoom(e),
        AmazonServiceException { ErrorCode: { } code } e when Full.Contains(code) => NoRoom(e),
        AmazonServiceException e when (int)e.StatusCode is 0 or 408 or 429 or >= 500 || Passing.Contains(e.ErrorCode ?? "") => NoAnswer(e),
        // Without an answer: refused, broken off, too slow. Also what the client library says of it.
        AmazonClientException or HttpRequestException or OperationCanceledException or TimeoutException or System.Net.Sockets.SocketException =>
            NoAnswer(exception),
        IOException and not StorageFullException => NoAnswer(exception),
        _ => null,
    };

    private static StorageFullException NoRoom(Exception exception) => new("The object store has no room for more.", exception);

    private static StoreUnavailableException NoAnswer(Exception exception) => new("The object store does not answer.", exception);
}
