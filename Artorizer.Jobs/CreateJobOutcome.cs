namespace Artorizer.Jobs;

/// <summary>Whether a submission made a job.</summary>
public enum CreateJobOutcome
{
    /// <summary>Stored as a new job.</summary>
    Created,

    /// <summary>The same owner used the same idempotency key before.</summary>
    IdempotentReplay,

    /// <summary>The same owner has a job for the same image and the same wishes that has not failed.</summary>
    Duplicate,
}
