namespace Artorizer.Processor.Analysis;

/// <summary>Adds one section to <c>analysis.json</c>. Analyzers see the original's pixels and change nothing.</summary>
public interface IImageAnalyzer
{
    /// <summary>Name of the section, of the step, and in the caller's list of processors.</summary>
    string Name { get; }

    /// <summary>Names of the fingerprints that it makes, if any. <c>include_hash_analysis = false</c> switches it off then.</summary>
    IReadOnlyList<string> Hashes { get; }

    /// <summary>Analyses the image.</summary>
    Task<AnalysisSection> AnalyzeAsync(AnalysisContext context, CancellationToken cancellationToken);
}
