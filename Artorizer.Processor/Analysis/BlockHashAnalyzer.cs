namespace Artorizer.Processor.Analysis;

/// <summary>Block mean value fingerprints with grids of 8 and 16.</summary>
public sealed class BlockHashAnalyzer : IImageAnalyzer
{
    /// <inheritdoc/>
    public string Name => "blockhash";

    /// <inheritdoc/>
    public IReadOnlyList<string> Hashes { get; } = ["blockhash8", "blockhash16"];

    /// <inheritdoc/>
    public Task<AnalysisSection> AnalyzeAsync(AnalysisContext context, CancellationToken cancellationToken) =>
        Task.FromResult(AnalysisSection.Of(new Dictionary<string, string>
        {
            ["blockhash8"] = BlockHash.Compute(context.Image, 8, cancellationToken),
            ["blockhash16"] = BlockHash.Compute(context.Image, 16, cancellationToken),
        }));
}
