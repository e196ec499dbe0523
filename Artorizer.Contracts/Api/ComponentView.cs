namespace Artorizer.Contracts.Api;

/// <summary>State of one part of the system.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
/// <param name="Description">A sentence, where there is something to say.</param>
/// <param name="DurationMs">How long the check took.</param>
public sealed record ComponentView(string Status, string? Description, double DurationMs);
