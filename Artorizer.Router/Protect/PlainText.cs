using System.Globalization;
using System.Text;

namespace Artorizer.Router.Protect;

/// <summary>Characters that turn, hide or break text where it is shown: a title must read the same to everybody.</summary>
internal static class PlainText
{
    /// <summary>The first character of a text that is refused, in words for its sender; <see langword="null"/> if there is none.</summary>
    /// <param name="text">A name, title or label.</param>
    /// <param name="multiline">Whether line breaks and tabs are allowed.</param>
    public static string? Refusal(string text, bool multiline = false)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (multiline && rune.Value is '\n' or '\r' or '\t')
            {
                continue;
            }

            if (Rune.IsControl(rune))
            {
                return "must not contain control characters";
            }

            if (IsDeceptive(rune))
            {
                return string.Create(CultureInfo.InvariantCulture, $"must not contain the invisible character U+{rune.Value:X4}");
            }
        }

        return null;
    }

    /// <summary>The text without such characters.</summary>
    public static string Strip(string text) =>
        string.Concat(text.EnumerateRunes().Where(static rune => !Rune.IsControl(rune) && !IsDeceptive(rune)).Select(static rune => rune.ToString()));

    // Embeddings, overrides and isolates of UAX #9; line and paragraph separators; zero width space and byte order mark; tags, in
    // which text can be hidden. Joiners and direction marks stay: scripts and emoji need them.
    private static bool IsDeceptive(Rune rune) => rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069)
        or 0x2028 or 0x2029 or 0x200B or 0x2060 or 0xFEFF or (>= 0xFFF9 and <= 0xFFFB) or 0xE0001;
}
