using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Artorizer.Processor.Analysis;
using Artorizer.Processor.Protection;

namespace Artorizer.Processor.Engine;

/// <summary>What a job will do, decided before anything is read.</summary>
internal sealed record JobPlan(
    IReadOnlyList<IImageAnalyzer> Analyzers,
    IReadOnlyList<IProtectionStage> Stages,
    ProtectionContext Context,
    IReadOnlyList<string> Steps)
{
    /// <summary>The strategy of those who want no watermark.</summary>
    internal const string NoWatermark = "none";

    /// <summary>Plans a job.</summary>
    /// <exception cref="EngineException"><c>invalid_option</c>: an unknown analyzer, strategy or variant; or what a stage refuses.</exception>
    internal static JobPlan For(
        ProtectCommand command, IEnumerable<IImageAnalyzer> analyzers, IEnumerable<IProtectionStage> stages, IEngineOutput output)
    {
        var (options, known, layers) = (command.Options, analyzers.ToList(), stages.ToList());
        if (options.Processors.FirstOrDefault(name => known.TrueForAll(analyzer => analyzer.Name != name)) is { } unknown)
        {
            throw new EngineException(JobErrorCodes.InvalidOption, $"Unknown processor: {unknown}");
        }

        if (command.Targets.FirstOrDefault(target => !ArtifactVariants.All.Contains(target.Variant)) is { } target)
        {
            throw new EngineException(JobErrorCodes.InvalidOption, $"Unknown variant: {target.Variant}");
        }

        var watermark = WatermarkSettings.From(options);
        if (watermark.Strategy != NoWatermark && layers.TrueForAll(stage => stage.Name != watermark.Strategy))
        {
            throw new EngineException(JobErrorCodes.InvalidOption, $"Unknown watermark strategy: {watermark.Strategy}");
        }

        known.RemoveAll(analyzer => options.Processors.Count > 0 && !options.Processors.Contains(analyzer.Name));
        known.RemoveAll(analyzer => analyzer.Hashes.Count > 0 && !options.IncludeHashAnalysis);
        layers.RemoveAll(stage => !options.IncludeProtection || !stage.AppliesTo(options));
        var context = new ProtectionContext(command.Artwork, options, watermark);
        layers.ForEach(stage => stage.Check(context));
        return new JobPlan(known, layers, context, [.. Order(known, layers, options, output)]);
    }

    internal bool Has(string step) => Steps.Contains(step);

    private static IEnumerable<string> Order(
        List<IImageAnalyzer> analyzers, List<IProtectionStage> stages, EngineOptions options, IEngineOutput output)
    {
        // The mask describes the protected file, so that file is made for it even where nobody takes it.
        var mask = options.IncludeProtection && output.Wants(ArtifactVariants.Mask);
        var encode = options.IncludeProtection && (mask || output.Wants(ArtifactVariants.Protected));
        yield return StepNames.Fetch;
        yield return StepNames.Decode;
        foreach (var name in analyzers.Select(analyzer => analyzer.Name).Concat(stages.Select(stage => stage.Name)))
        {
            yield return name;
        }

        if (encode)
        {
            yield return StepNames.Encode;
        }

        if (output.Wants(ArtifactVariants.Thumbnail))
        {
            yield return StepNames.Thumbnail;
        }

        if (encode)
        {
            yield return StepNames.Verify;
        }

        if (mask)
        {
            yield return StepNames.Mask;
        }

        yield return StepNames.Report;
        yield return StepNames.Store;
    }
}
