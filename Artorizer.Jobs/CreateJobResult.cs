using Artorizer.Contracts.Jobs;

namespace Artorizer.Jobs;

/// <summary>What became of a submission.</summary>
/// <param name="Outcome">Whether the job is new.</param>
/// <param name="Job">The new job, or the one that was there.</param>
public sealed record CreateJobResult(CreateJobOutcome Outcome, Job Job);
