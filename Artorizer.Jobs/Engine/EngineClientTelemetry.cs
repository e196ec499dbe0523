using System.Diagnostics;

namespace Artorizer.Jobs.Engine;

/// <summary>Spans of the engine's callers.</summary>
internal static class EngineClientTelemetry
{
    public static readonly ActivitySource Source = new("Artorizer.Engine");
}
