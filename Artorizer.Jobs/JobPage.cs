using Artorizer.Contracts.Jobs;

namespace Artorizer.Jobs;

/// <summary>One page of a listing.</summary>
/// <param name="Jobs">Newest first.</param>
/// <param name="NextCursor">Pass as <see cref="JobQuery.Cursor"/> for the next page; <see langword="null"/> on the last.</param>
public sealed record JobPage(IReadOnlyList<Job> Jobs, int? NextCursor);
