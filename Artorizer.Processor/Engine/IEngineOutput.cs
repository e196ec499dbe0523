using Artorizer.Contracts.Engine;

namespace Artorizer.Processor.Engine;

/// <summary>Where a job's progress and files go: one implementation for each way of calling the engine. Calls never overlap.</summary>
public interface IEngineOutput
{
    /// <summary>Whether the caller takes this file.</summary>
    bool Wants(string variant);

    /// <summary>Tells of progress.</summary>
    ValueTask ReportAsync(EngineEvent message, CancellationToken cancellationToken);

    /// <summary>Hands over all files, once, in the step <c>store</c>.</summary>
    Task StoreAsync(IReadOnlyList<EngineArtifact> artifacts, CancellationToken cancellationToken);
}
