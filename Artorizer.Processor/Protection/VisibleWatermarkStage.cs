using System.Net;
using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Artorizer.Processor.Engine;
using Artorizer.Processor.Images;
using NetVips;

namespace Artorizer.Processor.Protection;

/// <summary>
/// Writes the text across the image in a slanted pattern: white letters with a dark rim, so that they can be read on
/// light and on dark ground. The strength is the opacity.
/// </summary>
public sealed class VisibleWatermarkStage : IProtectionStage
{
    private const double Slant = -30;
    private const int MaxTextLength = 120;
    private const double MinOpacity = 0.1;

    /// <inheritdoc/>
    public string Name => "visible";

    /// <inheritdoc/>
    public bool AppliesTo(EngineOptions options) => options.Watermark?.Strategy == Name;

    /// <inheritdoc/>
    public StageOutcome Apply(RasterImage image, ProtectionContext context, CancellationToken cancellationToken)
    {
        var text = context.Watermark.Text is { Length: > MaxTextLength } longText ? longText[..MaxTextLength] : context.Watermark.Text;
        var pattern = Draw(text, image.Width, image.Height);
        var opacity = (float)(MinOpacity + ((1 - MinOpacity) * context.Watermark.Strength));
        var squares = 0.0;
        for (var y = 0; y < image.Height; y++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            squares += image.SampleBytes == 1 ? Blend8(image, y, pattern, opacity) : Blend16(image, y, pattern, opacity);
        }

        return new StageOutcome
        {
            Applied = true,
            Psnr = StageOutcome.PsnrOf(squares / ((double)image.Width * image.Height * image.ColourBands)),
        };
    }

    /// <summary>Draws one repetition of the pattern: how much of a white letter and of its dark rim covers each pixel.</summary>
    private static TextPattern Draw(string text, int width, int height)
    {
        var size = Math.Clamp(Math.Min(width, height) / 14, 10, 400);
        var rim = Math.Max(1, size / 16);
        try
        {
            // libvips reads Pango markup; the text is the caller's and must stay text.
            using var letters = Image.Text(WebUtility.HtmlEncode(text), font: $"DejaVu Sans Bold {size}", dpi: 72);
            using var framed = letters.Embed(size, size, letters.Width + (2 * size), letters.Height + (2 * size));
            using var slanted = framed.Rotate(Slant, background: [0]);
            return TextPattern.From(slanted.WriteToMemory<byte>(), slanted.Width, slanted.Height, rim);
        }
        catch (VipsException exception)
        {
            throw new EngineException(JobErrorCodes.InvalidOption, "The watermark text cannot be drawn.", exception);
        }
    }

    private static double Blend8(RasterImage image, int y, TextPattern pattern, float opacity)
    {
        var row = image.Row8(y);
        var (bands, colours, squares) = (image.Bands, image.ColourBands, 0.0);
        for (var x = 0; x < image.Width; x++)
        {
            var (cover, colour) = pattern.At(x, y);
            if (cover > 0)
            {
                foreach (ref var sample in row.Slice(x * bands, colours))
                {
                    int before = sample;
                    sample = (byte)((before + ((colour - before) * cover * opacity)) + 0.5f);
                    squares += (sample - before) * (sample - before);
                }
            }
        }

        return squares;
    }

    private static double Blend16(RasterImage image, int y, TextPattern pattern, float opacity)
    {
        var row = image.Row16(y);
        var (bands, colours, squares) = (image.Bands, image.ColourBands, 0.0);
        for (var x = 0; x < image.Width; x++)
        {
            var (cover, colour) = pattern.At(x, y);
            if (cover > 0)
            {
                foreach (ref var sample in row.Slice(x * bands, colours))
                {
                    int before = sample;
                    sample = (ushort)(before + (((colour * 257) - before) * cover * opacity) + 0.5f);
                    var change = (sample - before) / 257.0;
                    squares += change * change;
                }
            }
        }

        return squares;
    }
}
