using Artorizer.Contracts.Jobs;

namespace Artorizer.Jobs;

/// <summary>Filter of a listing; every filter that is set must match.</summary>
public sealed record JobQuery
{
    /// <summary>Only this owner's jobs; <see langword="null"/> for all.</summary>
    public string? Owner { get; init; }

    /// <summary>Only jobs of this type.</summary>
    public string? Type { get; init; }

    /// <summary>Only jobs in this state.</summary>
    public JobStatus? Status { get; init; }

    /// <summary>Only jobs that travel this way.</summary>
    public string? Via { get; init; }

    /// <summary>Jobs per page, 1..1000.</summary>
    public int Limit { get; init; } = 20;

    /// <summary>
    /// A page ends before the job with which its data and results would be more bytes than these; it has
    /// one job at least. Default 8 MiB.
    /// </summary>
    public long MaxBytes { get; init; } = 8 << 20;

    /// <summary>Continues after the page that gave this <see cref="JobPage.NextCursor"/>: the task id of its last job.</summary>
    public int? Cursor { get; init; }
}
