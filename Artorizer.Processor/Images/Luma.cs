namespace Artorizer.Processor.Images;

/// <summary>
/// Luminance as ITU-R BT.601 and Pillow's <c>convert("L")</c> define it: 0.299 R + 0.587 G + 0.114 B, rounded,
/// in 16-bit fixed point. 16-bit samples are brought to 8 bits first. Alpha does not count.
/// </summary>
public static class Luma
{
    private const int Red = 19595;
    private const int Green = 38470;
    private const int Blue = 7471;

    /// <summary>Converts interleaved 8-bit pixels.</summary>
    public static void Convert(ReadOnlySpan<byte> samples, int bands, Span<byte> luma)
    {
        if (bands == 1)
        {
            samples[..luma.Length].CopyTo(luma);
            return;
        }

        for (int i = 0, s = 0; i < luma.Length; i++, s += bands)
        {
            luma[i] = bands == 2 ? samples[s] : Of(samples[s], samples[s + 1], samples[s + 2]);
        }
    }

    /// <summary>Converts interleaved 16-bit pixels.</summary>
    public static void Convert(ReadOnlySpan<ushort> samples, int bands, Span<byte> luma)
    {
        for (int i = 0, s = 0; i < luma.Length; i++, s += bands)
        {
            luma[i] = bands <= 2
                ? (byte)To8(samples[s])
                : Of(To8(samples[s]), To8(samples[s + 1]), To8(samples[s + 2]));
        }
    }

    private static byte Of(int red, int green, int blue) => (byte)(((red * Red) + (green * Green) + (blue * Blue) + 0x8000) >> 16);

    private static int To8(int sample) => (sample + 128) / 257;
}
