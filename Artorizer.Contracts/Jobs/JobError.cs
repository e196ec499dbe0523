namespace Artorizer.Contracts.Jobs;

/// <summary>Why a job failed, fit for its owner to read.</summary>
/// <param name="Code">Stable, machine-readable; see <see cref="JobErrorCodes"/>.</param>
/// <param name="Message">One sentence. No paths, addresses or stack traces.</param>
public sealed record JobError(string Code, string Message);
