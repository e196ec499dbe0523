using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using NetVips;

namespace Artorizer.Processor.Protection;

/// <summary>
/// Finds the characters of a text that no font of this machine can draw. libvips does not say which those are, but Pango draws a box with
/// the character's number in their place. The box is as large for one character as for another, and its rim is the same; so each
/// character is drawn by itself and held against one that no font can have.
/// </summary>
internal static class GlyphCheck
{
    private const int Size = 48;

    // Noncharacters (Unicode, chapter 23.7): one with a number of four digits, one of six, for which the box is wider.
    private const string Short = "\uFDD0";
    private const string Long = "\U0010FFFE";

    private static readonly ConcurrentDictionary<Rune, bool> HasGlyph = new();
    private static readonly Lazy<Box> ShortBox = new(() => Draw(Short)!);
    private static readonly Lazy<Box> LongBox = new(() => Draw(Long)!);

    /// <summary>The characters that cannot be drawn, each once, in the order of the text.</summary>
    /// <exception cref="VipsException">There is no font at all.</exception>
    internal static IReadOnlyList<Rune> Missing(string text) =>
        [.. text.EnumerateRunes().Distinct().Where(rune => IsVisible(rune) && !HasGlyph.GetOrAdd(rune, CanDraw))];

    // What joins, selects and separates others has no shape of its own.
    private static bool IsVisible(Rune rune) =>
        !Rune.IsWhiteSpace(rune)
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.Control)
        && rune.Value is not ((>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF));

    private static bool CanDraw(Rune rune)
    {
        var box = rune.IsBmp ? ShortBox.Value : LongBox.Value;
        return Draw(rune.ToString()) is not { } drawn || !drawn.HasRimOf(box);
    }

    private static Box? Draw(string text)
    {
        try
        {
            using var image = Image.Text(TextDrawing.Markup(text), font: TextDrawing.Font(Size), dpi: TextDrawing.Dpi);
            return new Box(image.Width, image.Height, image.WriteToMemory<byte>());
        }
        catch (VipsException) when (text is not (Short or Long))
        {
            return null; // nothing to be seen, as of a mark that combines with the letter before it
        }
    }

    private sealed record Box(int Width, int Height, byte[] Pixels)
    {
        internal bool HasRimOf(Box other) => (Width, Height) == (other.Width, other.Height)
            && Enumerable.Range(0, Pixels.Length).All(i => !IsRim(i) || Pixels[i] == other.Pixels[i]);

        private bool IsRim(int index) => index % Width is var x && (x == 0 || x == Width - 1 || index < Width || index >= Width * (Height - 1));
    }
}
