namespace Artorizer.Contracts.Jobs;

/// <summary>How far a job is.</summary>
public sealed record JobProgress
{
    /// <summary>Name of the running step, or of the last one.</summary>
    public required string CurrentStep { get; init; }

    /// <summary>Number of the running step, from 1.</summary>
    public int StepNumber { get; init; }

    /// <summary>Steps in all.</summary>
    public int TotalSteps { get; init; }

    /// <summary>0..100; exactly 100 only when the job is completed.</summary>
    public int Percentage { get; init; }

    /// <summary>When this was reported.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
