using System.Globalization;
using System.Runtime.CompilerServices;
using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Artorizer.Processor.Engine;
using Artorizer.Processor.Images;
using NetVips;

namespace Artorizer.Processor.Protection;

/// <summary>
/// Writes the text across the image in a slanted pattern: white letters with a dark rim, so that they can be read on
/// light and on dark ground. The strength is the opacity. Without a text, it is © and the artist's name.
/// </summary>
public sealed class VisibleWatermarkStage : IProtectionStage
{
    private const double MinOpacity = 0.1;
    private const int MostNamed = 10;

    // A job has one context, and most of its frames are of one size.
    private readonly ConditionalWeakTable<ProtectionContext, Drawn> _drawn = [];

    /// <inheritdoc/>
    public string Name => "visible";

    /// <inheritdoc/>
    public bool AppliesTo(EngineOptions options) => options.Watermark?.Strategy == Name;

    /// <inheritdoc/>
    public void Check(ProtectionContext context)
    {
        var text = TextOf(context);
        if (Draw(() => GlyphCheck.Missing(text)) is { Count: > 0 } missing)
        {
            var named = string.Join(", ", missing.Take(MostNamed).Select(rune =>
                string.Create(CultureInfo.InvariantCulture, $"{rune} (U+{rune.Value:X4})")));
            var more = missing.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $" and {missing.Count - MostNamed} more") : "";
            throw new EngineException(
                JobErrorCodes.UnsupportedText,
                $"The image engine has no font with {named}{more} of the watermark's text; choose another text, or install a font for it.");
        }
    }

    /// <inheritdoc/>
    public StageOutcome Apply(RasterImage image, ProtectionContext context, CancellationToken cancellationToken)
    {
        if (PatternFor(image, context) is not { } pattern)
        {
            return StageOutcome.Skipped("The image is too small for the text of the watermark.");
        }

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

    private TextPattern? PatternFor(RasterImage image, ProtectionContext context)
    {
        if (!_drawn.TryGetValue(context, out var drawn) || (drawn.Width, drawn.Height) != (image.Width, image.Height))
        {
            drawn = new Drawn(image.Width, image.Height, Draw(() => TextDrawing.Fit(TextOf(context), image.Width, image.Height)));
            _drawn.AddOrUpdate(context, drawn);
        }

        return drawn.Pattern;
    }

    private static string TextOf(ProtectionContext context)
    {
        var (text, artist) = (context.Watermark.Text, context.Artwork.Artist);
        return text ?? (string.IsNullOrWhiteSpace(artist)
            ? throw new EngineException(JobErrorCodes.InvalidOption, "A visible watermark needs a text, or the artist's name.")
            : $"© {artist}");
    }

    private static T Draw<T>(Func<T> draw)
    {
        try
        {
            return draw();
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

    private sealed record Drawn(int Width, int Height, TextPattern? Pattern);
}
