using System.Reflection;
using Artorizer.Contracts.Engine;
using Artorizer.Processor.Analysis;
using Artorizer.Processor.Images;
using Artorizer.Processor.Protection;

namespace Artorizer.Processor.Engine;

/// <summary>What this engine can be asked for, gathered from the analyzers and stages that are registered and from its library.</summary>
public sealed class EngineCapabilities(ImageLibrary library, IEnumerable<IImageAnalyzer> analyzers, IEnumerable<IProtectionStage> stages)
{
    private static readonly string Version =
        typeof(EngineCapabilities).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>The answer to those who ask.</summary>
    public EngineDescription Describe() => new()
    {
        Version = Version,
        LibraryVersion = library.Version,
        LibrarySource = library.Source.ToString().ToLowerInvariant(),
        FormatsRead = { library.Readable },
        FormatsWritten = { library.Writable },
        Analyzers = { analyzers.Select(analyzer => new AnalyzerDescription { Name = analyzer.Name, Hashes = { analyzer.Hashes } }) },
        WatermarkStrategies = { stages.Select(stage => stage.Name), JobPlan.NoWatermark },
    };
}
