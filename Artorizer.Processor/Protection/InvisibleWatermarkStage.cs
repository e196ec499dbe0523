using Artorizer.Contracts.Engine;
using Artorizer.Processor.Images;
using Artorizer.Processor.Watermarks;

namespace Artorizer.Processor.Protection;

/// <summary>Embeds 64 bits that <see cref="WatermarkReader"/> finds again.</summary>
public abstract class InvisibleWatermarkStage(WatermarkLayout layout) : IProtectionStage
{
    /// <inheritdoc/>
    public string Name => layout.Name;

    /// <inheritdoc/>
    public bool AppliesTo(EngineOptions options) =>
        options.Watermark is { Strategy.Length: > 0 } watermark ? watermark.Strategy == Name : Name == WatermarkLayout.Robust.Name;

    /// <inheritdoc/>
    public StageOutcome Apply(RasterImage image, ProtectionContext context, CancellationToken cancellationToken)
    {
        if (!WatermarkEmbedder.Fits(image))
        {
            return StageOutcome.Skipped("The image is too small for a watermark; both sides need at least 128 pixels.");
        }

        var payload = WatermarkPayload.FromText(context.Watermark.Text ?? context.Artwork.ArtworkId);
        var error = WatermarkEmbedder.Embed(image, layout, payload, context.Watermark.Strength, cancellationToken);
        return new StageOutcome
        {
            Applied = true,
            Payload = WatermarkPayload.ToText(payload),
            Psnr = StageOutcome.PsnrOf(error),
        };
    }
}
