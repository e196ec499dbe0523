namespace Artorizer.Contracts.Api;

/// <summary>Answer to <c>POST /queue</c>.</summary>
/// <param name="TaskId">Number of the task.</param>
/// <param name="JobId">Id of the same job in the job API.</param>
public sealed record TaskSubmittedView(int TaskId, string JobId);
