namespace Artorizer.Contracts.Jobs;

/// <summary>One step of an attempt.</summary>
public sealed record JobStep
{
    /// <summary>Name of the step, as the engine or handler reports it.</summary>
    public required string Name { get; init; }

    /// <summary><c>pending</c>, <c>running</c>, <c>completed</c> or <c>failed</c>.</summary>
    public string Status { get; init; } = Pending;

    /// <summary>When it began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>How long it took, in milliseconds, as measured where it ran.</summary>
    public double? DurationMs { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>Not begun.</summary>
    public const string Pending = "pending";

    /// <summary>Begun.</summary>
    public const string Running = "running";

    /// <summary>Done.</summary>
    public const string Completed = "completed";

    /// <summary>Ended with an error.</summary>
    public const string Failed = "failed";
}
