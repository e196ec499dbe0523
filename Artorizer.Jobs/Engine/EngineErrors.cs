using Artorizer.Contracts.Jobs;
using Grpc.Core;

namespace Artorizer.Jobs.Engine;

/// <summary>
/// Turns failed engine calls into failures of the job. What matters is whether the engine had begun: a job that brings its engine
/// down must run out of attempts, one that merely found no engine must not.
/// </summary>
internal static class EngineErrors
{
    private static readonly HashSet<string> Permanent =
    [
        JobErrorCodes.InvalidImage,
        JobErrorCodes.UnsupportedFormat,
        JobErrorCodes.TooManyPixels,
        JobErrorCodes.InvalidOption,
        JobErrorCodes.UnsupportedText,
        JobErrorCodes.TimedOut,
        JobErrorCodes.OriginalMissing,
    ];

    /// <summary>What a failed call means to its caller: a cancellation where the caller asked for one, else a failure of the job.</summary>
    public static Exception From(RpcException e, JobAttempt attempt, CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? new OperationCanceledException("The call of the image engine was cancelled.", e, cancellationToken)
        : From(e, attempt);

    public static JobFailedException From(string code, string message, Exception? cause = null) =>
        new(new JobError(code, message), Permanent.Contains(code), cause);

    /// <summary>No image engine took the job.</summary>
    public static JobFailedException EngineUnreachable(string message, Exception? cause = null) =>
        JobFailedException.Unreachable(JobWaiting.Engine, new JobError(JobErrorCodes.EngineUnavailable, message), cause);

    /// <summary>The engine does not know the caller; the job waits until somebody has mended that.</summary>
    public static JobFailedException WrongSecret(Exception? cause = null) =>
        EngineUnreachable("The image engine does not take this service's secret; Engine:Secret must be its Processor:Secret.", cause);

    /// <summary>The engine or we ourselves could not reach the object store.</summary>
    public static JobFailedException StorageUnreachable(string message, Exception? cause = null) =>
        JobFailedException.Unreachable(JobWaiting.Storage, new JobError(JobErrorCodes.StorageUnavailable, message), cause);

    /// <summary>The engine ended the call before it was done, without a word.</summary>
    public static JobFailedException Interrupted(JobAttempt attempt, Exception? cause = null) => attempt.HasBegun
        ? From(
            JobErrorCodes.EngineUnavailable,
            attempt.RunningStep is { } step
                ? $"The image engine ended while it worked on '{step}'."
                : "The image engine ended in the middle of its work.",
            cause)
        : EngineUnreachable("No image engine could be reached.", cause);

    private static JobFailedException From(RpcException e, JobAttempt attempt)
    {
        if (e.Trailers.GetValue(JobErrorCodes.Trailer) is { Length: > 0 } code)
        {
            // The engine's own word. Full or stopping, it has done nothing that could be held against the job.
            return code switch
            {
                JobErrorCodes.EngineUnavailable or JobErrorCodes.Cancelled => EngineUnreachable(e.Status.Detail, e),
                JobErrorCodes.StorageUnavailable => StorageUnreachable(e.Status.Detail, e),
                _ => From(code, e.Status.Detail, e),
            };
        }

        return e.StatusCode switch
        {
            StatusCode.Unauthenticated => WrongSecret(e),
            StatusCode.Unavailable or StatusCode.ResourceExhausted or StatusCode.Cancelled => Interrupted(attempt, e),

            // What breaks in the transport is told by its cause; the rest by whatever stands at the engine's address.
            StatusCode.Internal when e.Status.DebugException is not null => Interrupted(attempt, e),

            // An engine has a shorter limit of its own, and says so: this one hangs.
            StatusCode.DeadlineExceeded when !attempt.HasBegun => EngineUnreachable("The image engine did not answer.", e),
            StatusCode.DeadlineExceeded =>
                new JobFailedException(new JobError(JobErrorCodes.TimedOut, "The image took longer than a job may take."), permanent: false, e),
            _ => From(JobErrorCodes.Internal, "The image engine failed unexpectedly.", e),
        };
    }
}
