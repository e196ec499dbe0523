namespace Artorizer.Contracts.Jobs;

/// <summary>One change of a job, numbered so that a listener can resume after a break.</summary>
public sealed record JobEvent
{
    /// <summary>The job.</summary>
    public required string JobId { get; init; }

    /// <summary>Counts the job's events from 1 without gaps; given by the store.</summary>
    public long Sequence { get; init; }

    /// <summary>One of <see cref="JobEventTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>State after the change.</summary>
    public JobStatus Status { get; init; }

    /// <summary>Progress after the change.</summary>
    public JobProgress? Progress { get; init; }

    /// <summary>The step that began or ended.</summary>
    public JobStep? Step { get; init; }

    /// <summary>Why it failed or will be tried again.</summary>
    public JobError? Error { get; init; }

    /// <summary>What the job waits for beside its turn; see <see cref="JobWaiting"/>.</summary>
    public string? WaitingFor { get; init; }

    /// <summary>Whether nothing follows, short of a redrive.</summary>
    public bool IsTerminal => Type is JobEventTypes.Completed or JobEventTypes.Failed or JobEventTypes.Deleted;
}
