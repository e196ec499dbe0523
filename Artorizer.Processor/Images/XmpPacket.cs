using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Artorizer.Processor.Images;

/// <summary>
/// Corrects what an XMP packet says of the pixels (XMP specification part 2, namespaces <c>tiff</c> and <c>exif</c>): a picture that
/// was turned upright must not be turned again by whoever reads the packet. Everything else stays byte for byte.
/// </summary>
internal static partial class XmpPacket
{
    /// <summary>The packet with orientation 1 and the given size, wherever it names either.</summary>
    /// <param name="packet">UTF-8; anything else is returned as it is.</param>
    /// <param name="width">Width of the upright picture in pixels.</param>
    /// <param name="height">Its height.</param>
    public static byte[] Upright(byte[] packet, int width, int height)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(packet);
        }
        catch (DecoderFallbackException)
        {
            return packet;
        }

        return Encoding.UTF8.GetBytes(Property().Replace(text, match =>
        {
            var value = match.Groups["name"].Value switch
            {
                "Orientation" => 1,
                "ImageWidth" or "PixelXDimension" => width,
                _ => height,
            };
            return match.Groups["before"].Value + value.ToString(CultureInfo.InvariantCulture) + match.Groups["after"].Value;
        }));
    }

    // Both of RDF's forms: tiff:Orientation="6" and <tiff:Orientation>6</tiff:Orientation>.
    [GeneratedRegex(
        """(?<before>\b(?:tiff|exif):(?<name>Orientation|ImageWidth|ImageLength|PixelXDimension|PixelYDimension)\s*(?:=\s*["']|>)\s*)\d+(?<after>\s*["'<])""",
        RegexOptions.CultureInvariant)]
    private static partial Regex Property();
}
