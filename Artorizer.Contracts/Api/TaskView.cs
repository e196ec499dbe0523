using System.Text.Json;
using System.Text.Json.Serialization;
using Artorizer.Contracts.Jobs;

namespace Artorizer.Contracts.Api;

/// <summary>A job as clients of the task API see it. Every field is always present.</summary>
public sealed record TaskView
{
    /// <summary>Number of the task.</summary>
    public required int Id { get; init; }

    /// <summary>Name of the handler.</summary>
    public required string TaskType { get; init; }

    /// <summary>Input as it was sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Payload? TaskData { get; init; }

    /// <summary><c>pending</c>, <c>processing</c>, <c>completed</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>ISO 8601, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>ISO 8601, UTC.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Attempts begun.</summary>
    public int Attempts { get; init; }

    /// <summary>Why the latest attempt failed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? LastError { get; init; }

    /// <summary>What the handler returned.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Payload? Result { get; init; }

    /// <summary>The view of a job.</summary>
    public static TaskView Of(Job job) => new()
    {
        Id = job.TaskId,
        TaskType = job.Type,
        TaskData = WithoutSecrets(job),
        Status = job.Status switch
        {
            JobStatus.Queued => "pending",
            JobStatus.Processing => "processing",
            JobStatus.Completed => "completed",
            _ => "failed",
        },
        CreatedAt = job.SubmittedAt,
        CompletedAt = job.CompletedAt,
        Attempts = job.Attempts,
        LastError = job.Error?.Message,
        Result = job.Result,
    };

    // The token is for the callback's server alone; whoever holds the owner's key need not see it.
    private static Payload WithoutSecrets(Job job)
    {
        if (job.Type != ProtectionTask.TypeName
            || JsonSerializer.Deserialize(job.Data.Bytes.Span, ApiJsonContext.Default.ProtectionTask) is not { CallbackAuthToken: not null } task)
        {
            return job.Data;
        }

        var shown = task with { CallbackAuthToken = null };
        return new Payload(Payload.Json, JsonSerializer.SerializeToUtf8Bytes(shown, ApiJsonContext.Default.ProtectionTask));
    }
}
