using Artorizer.Contracts.Jobs;
using Grpc.Core;

namespace Artorizer.Jobs.Engine;

/// <summary>Turns failed engine calls into failures of the job.</summary>
internal static class EngineErrors
{
    private static readonly HashSet<string> Permanent =
    [
        JobErrorCodes.InvalidImage,
        JobErrorCodes.UnsupportedFormat,
        JobErrorCodes.TooManyPixels,
        JobErrorCodes.InvalidOption,
        JobErrorCodes.TimedOut,
        JobErrorCodes.OriginalMissing,
    ];

    /// <summary>What a failed call means to its caller: a cancellation where the caller asked for one, else a failure of the job.</summary>
    public static Exception From(RpcException e, CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? new OperationCanceledException("The call of the image engine was cancelled.", e, cancellationToken)
        : From(e);

    private static JobFailedException From(RpcException e)
    {
        if (e.Trailers.GetValue(JobErrorCodes.Trailer) is { Length: > 0 } code)
        {
            return From(code, e.Status.Detail, e);
        }

        return e.StatusCode switch
        {
            StatusCode.DeadlineExceeded => From(JobErrorCodes.TimedOut, "The image took longer than a job may take.", e),
            StatusCode.Unavailable or StatusCode.ResourceExhausted or StatusCode.Cancelled =>
                From(JobErrorCodes.EngineUnavailable, "The image engine could not be reached, or ended the call.", e),
            _ => From(JobErrorCodes.Internal, "The image engine failed unexpectedly.", e),
        };
    }

    public static JobFailedException From(string code, string message, Exception? cause = null) =>
        new(new JobError(code, message), Permanent.Contains(code), cause);
}
