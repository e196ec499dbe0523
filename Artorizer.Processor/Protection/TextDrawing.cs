using System.Globalization;
using System.Net;
using NetVips;

namespace Artorizer.Processor.Protection;

/// <summary>Draws a text, slanted, so large that all of it fits into a picture; in several lines where one would become too small.</summary>
internal static class TextDrawing
{
    internal const int Dpi = 72;

    private const double Slant = -30;
    private const int MostLines = 4;

    // A fourteenth of the shorter side reads well and repeats often; below the smallest letters are not read any more.
    private const int Share = 14;
    private const int LargestSize = 400;
    private const int PreferredLeast = 10;
    private const int SmallestSize = 7;

    private static readonly (double Sine, double Cosine) Turn = Math.SinCos(Slant * Math.PI / 180);

    /// <summary>The pattern for a picture, or <see langword="null"/> where the picture is too small for the text.</summary>
    /// <exception cref="VipsException">The text cannot be drawn.</exception>
    internal static TextPattern? Fit(string text, int width, int height)
    {
        var largest = Math.Clamp(Math.Min(width, height) / Share, PreferredLeast, LargestSize);
        for (var size = largest; size >= SmallestSize; size = Math.Min(size - 1, size * 7 / 8))
        {
            if (FitAt(text, size, width, height) is { } pattern)
            {
                return pattern;
            }
        }

        return null;
    }

    /// <summary>The text as libvips takes it, which reads Pango markup: the caller's text must stay text.</summary>
    internal static string Markup(string text) => WebUtility.HtmlEncode(text);

    /// <summary>The font of a size in pixels. Where it has no glyph, Pango looks through the others.</summary>
    internal static string Font(int size) => string.Create(CultureInfo.InvariantCulture, $"DejaVu Sans Bold {size}");

    private static TextPattern? FitAt(string text, int size, int width, int height)
    {
        var lineWidth = 0;
        for (var lines = 1; lines <= MostLines; lines++)
        {
            // A little more than its share, since lines break between words.
            int? wrapAt = lines == 1 ? null : Math.Max(size, lineWidth * 5 / (4 * lines));
            using var letters = Image.Text(Markup(text), font: Font(size), dpi: Dpi, width: wrapAt, align: Enums.Align.Centre);
            lineWidth = lines == 1 ? letters.Width : lineWidth;
            if (Fits(letters, Rim(size), width, height))
            {
                using var framed = letters.Embed(size, size, letters.Width + (2 * size), letters.Height + (2 * size));
                using var slanted = framed.Rotate(Slant, background: [0]);
                return TextPattern.From(slanted.WriteToMemory<byte>(), slanted.Width, slanted.Height, Rim(size), width, height);
            }
        }

        return null;
    }

    private static bool Fits(Image letters, int rim, int width, int height)
    {
        var (across, down) = (letters.Width + (2 * rim), letters.Height + (2 * rim));
        return (across * Turn.Cosine) + (down * -Turn.Sine) <= width && (across * -Turn.Sine) + (down * Turn.Cosine) <= height;
    }

    private static int Rim(int size) => Math.Max(1, size / 16);
}
