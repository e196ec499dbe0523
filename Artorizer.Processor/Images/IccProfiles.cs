namespace Artorizer.Processor.Images;

/// <summary>What the header of an ICC profile says (ICC.1:2022, §7.2).</summary>
internal static class IccProfiles
{
    private const int HeaderLength = 128;
    private const int ColourSpaceOffset = 16;

    /// <summary>Whether a profile is for pictures of so many colour channels: 1 is grey, 3 is RGB.</summary>
    public static bool Fits(ReadOnlySpan<byte> profile, int colourBands) =>
        profile.Length >= HeaderLength && profile.Slice(ColourSpaceOffset, 4).SequenceEqual(colourBands == 1 ? "GRAY"u8 : "RGB "u8);
}
