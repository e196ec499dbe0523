namespace Artorizer.Contracts.Api;

/// <summary>One page of <c>GET /jobs</c>, newest first.</summary>
/// <param name="Jobs">The jobs.</param>
/// <param name="NextCursor">Pass as <c>cursor</c> for the next page; absent on the last.</param>
public sealed record JobListView(JobView[] Jobs, string? NextCursor);
