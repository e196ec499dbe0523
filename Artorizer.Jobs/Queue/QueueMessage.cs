using Artorizer.Contracts.Jobs;

namespace Artorizer.Jobs.Queue;

/// <summary>What travels through the queue: all that a worker needs, even if the job's state were lost.</summary>
public sealed record QueueMessage
{
    /// <summary>The job.</summary>
    public required string JobId { get; init; }

    /// <summary>Its number.</summary>
    public required int TaskId { get; init; }

    /// <summary>Its handler.</summary>
    public required string Type { get; init; }

    /// <summary>Its owner.</summary>
    public required string Owner { get; init; }

    /// <summary>0 (last) to 9 (first).</summary>
    public required int Priority { get; init; }

    /// <summary>Input of the handler.</summary>
    public required Payload Data { get; init; }

    /// <summary>Failed attempts so far.</summary>
    public int Attempts { get; init; }

    /// <summary>When the job was submitted.</summary>
    public DateTimeOffset SubmittedAt { get; init; }

    /// <summary>W3C <c>traceparent</c> of the submission.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The queued job as far as its message tells it, for a store that has lost it.</summary>
    public Job ToJob() => new()
    {
        Id = JobId,
        TaskId = TaskId,
        Type = Type,
        Owner = Owner,
        Priority = Priority,
        Data = Data,
        Attempts = Attempts,
        SubmittedAt = SubmittedAt,
        TraceParent = TraceParent,
    };

    /// <summary>The message of a job.</summary>
    public static QueueMessage For(Job job) => new()
    {
        JobId = job.Id,
        TaskId = job.TaskId,
        Type = job.Type,
        Owner = job.Owner,
        Priority = job.Priority,
        Data = job.Data,
        Attempts = job.Attempts,
        SubmittedAt = job.SubmittedAt,
        TraceParent = job.TraceParent,
    };
}
