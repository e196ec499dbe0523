using Artorizer.Contracts.Jobs;

namespace Artorizer.Jobs;

/// <summary>Work on a job failed, with a code and a sentence for its owner.</summary>
public sealed class JobFailedException : Exception
{
    /// <summary>With an unforeseen error.</summary>
    public JobFailedException()
        : this(new JobError(JobErrorCodes.Internal, "The job failed."), permanent: false)
    {
    }

    /// <summary>With a sentence.</summary>
    public JobFailedException(string message)
        : this(new JobError(JobErrorCodes.Internal, message), permanent: false)
    {
    }

    /// <summary>With a sentence and the cause.</summary>
    public JobFailedException(string message, Exception innerException)
        : this(new JobError(JobErrorCodes.Internal, message), permanent: false, innerException)
    {
    }

    /// <summary>With a code.</summary>
    /// <param name="error">Fit for the owner to read.</param>
    /// <param name="permanent">Whether trying again is pointless.</param>
    /// <param name="innerException">The cause, for the logs.</param>
    public JobFailedException(JobError error, bool permanent, Exception? innerException = null)
        : base(error?.Message, innerException)
    {
        Error = error!;
        IsPermanent = permanent;
    }

    /// <summary>Work that could not begin, because something that it needs could not be reached: no attempt, and tried again for hours.</summary>
    /// <param name="waitingFor">One of the constants of <see cref="JobWaiting"/>.</param>
    /// <param name="error">Fit for the owner to read.</param>
    /// <param name="innerException">The cause, for the logs.</param>
    public static JobFailedException Unreachable(string waitingFor, JobError error, Exception? innerException = null) =>
        new(error, permanent: false, innerException) { WaitingFor = waitingFor };

    /// <summary>Code and sentence.</summary>
    public JobError Error { get; }

    /// <summary>What could not be reached, so that the work did not begin; <see langword="null"/> when the work itself failed.</summary>
    public string? WaitingFor { get; private init; }

    /// <summary>Whether trying again is pointless.</summary>
    public bool IsPermanent { get; }
}
