using Artorizer.Contracts.Api;
using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Artorizer.Processor.Engine;

namespace Artorizer.Processor.Protection;

/// <summary>Options of the watermark, checked and with defaults.</summary>
/// <param name="Strategy">Name of a stage, or none.</param>
/// <param name="Strength">0..1.</param>
/// <param name="Text">
/// What the mark says: drawn by the visible one, hashed to 64 bits by the invisible ones. <see langword="null"/> if the caller chose none:
/// then the visible one is © and the artist's name, the others the artwork's id.
/// </param>
public sealed record WatermarkSettings(string Strategy, double Strength, string? Text)
{
    private const double DefaultStrength = 0.5;

    /// <summary>Reads the options of a job.</summary>
    /// <exception cref="EngineException"><c>invalid_option</c>.</exception>
    public static WatermarkSettings From(EngineOptions options)
    {
        // No watermark message at all means the defaults; in one that is there, 0 is a strength.
        var given = options.Watermark;
        var strategy = string.IsNullOrEmpty(given?.Strategy) ? ProtectionTask.DefaultStrategy : given.Strategy;
        var strength = given?.Strength ?? DefaultStrength;
        if (!double.IsFinite(strength) || strength is < 0 or > 1)
        {
            throw new EngineException(JobErrorCodes.InvalidOption, "The watermark strength must be between 0 and 1.");
        }

        return new WatermarkSettings(strategy, strength, string.IsNullOrWhiteSpace(given?.Text) ? null : given.Text);
    }
}
