namespace Artorizer.Processor.Analysis;

/// <summary>Gradient fingerprints along rows and columns.</summary>
public sealed class DifferenceHashAnalyzer : IImageAnalyzer
{
    /// <inheritdoc/>
    public string Name => "dhash";

    /// <inheritdoc/>
    public IReadOnlyList<string> Hashes { get; } = ["difference_hash", "difference_hash_vertical"];

    /// <inheritdoc/>
    public Task<AnalysisSection> AnalyzeAsync(AnalysisContext context, CancellationToken cancellationToken) =>
        Task.FromResult(AnalysisSection.Of(new Dictionary<string, string>
        {
            ["difference_hash"] = PerceptualHashes.Difference(context.Luma, cancellationToken),
            ["difference_hash_vertical"] = PerceptualHashes.VerticalDifference(context.Luma, cancellationToken),
        }));
}
