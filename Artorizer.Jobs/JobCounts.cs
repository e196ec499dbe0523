namespace Artorizer.Jobs;

/// <summary>Jobs by state.</summary>
public sealed record JobCounts(long Queued, long Processing, long Completed, long Failed);
