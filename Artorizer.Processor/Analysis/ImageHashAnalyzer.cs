namespace Artorizer.Processor.Analysis;

/// <summary>The fingerprints of the Python package imagehash: average, perceptual and difference hash.</summary>
public sealed class ImageHashAnalyzer : IImageAnalyzer
{
    /// <inheritdoc/>
    public string Name => "imagehash";

    /// <inheritdoc/>
    public IReadOnlyList<string> Hashes { get; } = ["average_hash", "perceptual_hash", "difference_hash"];

    /// <inheritdoc/>
    public Task<AnalysisSection> AnalyzeAsync(AnalysisContext context, CancellationToken cancellationToken) =>
        Task.FromResult(AnalysisSection.Of(new Dictionary<string, string>
        {
            ["average_hash"] = PerceptualHashes.Average(context.Luma, cancellationToken),
            ["perceptual_hash"] = PerceptualHashes.Perceptual(context.Luma, cancellationToken),
            ["difference_hash"] = PerceptualHashes.Difference(context.Luma, cancellationToken),
        }));
}
