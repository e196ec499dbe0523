namespace Artorizer.Cli;

/// <summary>What a run leaves behind of a file that is done: <c>OUT/.artorizer/KEY.json</c>.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Files">Names in the output folder, and their lengths in bytes.</param>
internal sealed record DoneRecord(string JobId, Dictionary<string, long> Files);
