namespace Artorizer.Contracts.Api;

/// <summary>Answer to <c>POST /protect</c>: 202 for a new job, 200 with status <c>exists</c> for the same image with the same wishes.</summary>
public sealed record SubmittedView
{
    /// <summary>Id of the job.</summary>
    public required string JobId { get; init; }

    /// <summary>Its number in the task API.</summary>
    public int TaskId { get; init; }

    /// <summary><c>queued</c>, <c>exists</c>, or the job's state when an idempotency key was used again.</summary>
    public required string Status { get; init; }

    /// <summary>A sentence for people.</summary>
    public string? Message { get; init; }

    /// <summary>What is known of the artwork, for a duplicate.</summary>
    public JobView? Artwork { get; init; }

    /// <summary>The job that this one is a new version of: the same image, sent before with other wishes.</summary>
    public string? PreviousJobId { get; init; }

    /// <summary>Path of the job.</summary>
    public string? StatusUrl { get; init; }

    /// <summary>Path of its live events.</summary>
    public string? EventsUrl { get; init; }

    /// <summary>Path of its result.</summary>
    public string? ResultUrl { get; init; }
}
