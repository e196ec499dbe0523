using Artorizer.Contracts.Jobs;

namespace Artorizer.Contracts.Api;

/// <summary>One event of <c>GET /jobs/{id}/events</c>.</summary>
public sealed record JobEventView
{
    /// <summary>Id of the job.</summary>
    public required string JobId { get; init; }

    /// <summary>Number of the event; also the SSE <c>id</c>.</summary>
    public long Sequence { get; init; }

    /// <summary>One of <see cref="JobEventTypes"/>; also the SSE <c>event</c>.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>State after it.</summary>
    public JobStatus Status { get; init; }

    /// <summary>Progress after it.</summary>
    public JobProgress? Progress { get; init; }

    /// <summary>The step that began or ended.</summary>
    public JobStep? Step { get; init; }

    /// <summary>Why it failed or will be tried again.</summary>
    public JobError? Error { get; init; }

    /// <summary>What the job waits for beside its turn, <c>engine</c> or <c>storage</c>.</summary>
    public string? WaitingFor { get; init; }

    /// <summary>The view of an event.</summary>
    public static JobEventView Of(JobEvent e) => new()
    {
        JobId = e.JobId,
        Sequence = e.Sequence,
        Type = e.Type,
        At = e.At,
        Status = e.Status,
        Progress = e.Progress,
        Step = e.Step,
        Error = e.Error,
        WaitingFor = e.WaitingFor,
    };
}
