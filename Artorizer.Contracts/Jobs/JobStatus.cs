namespace Artorizer.Contracts.Jobs;

/// <summary>Where a job stands. A job moves forward only; redrive alone takes it from <see cref="Failed"/> back to <see cref="Queued"/>.</summary>
public enum JobStatus
{
    /// <summary>Stored and waiting in the queue, first time or between attempts.</summary>
    Queued,

    /// <summary>A worker, or the router in a synchronous mode, holds it.</summary>
    Processing,

    /// <summary>Finished; the result and every artifact can be read.</summary>
    Completed,

    /// <summary>Given up: permanent error, attempts used up, or cancelled.</summary>
    Failed,
}
