using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Artorizer.Processor.Watermarks;

/// <summary>The 64 bits that an invisible watermark carries.</summary>
public static class WatermarkPayload
{
    /// <summary>The first eight bytes of the text's SHA-256 (UTF-8), big endian: whoever knows the text can recognise its mark.</summary>
    public static ulong FromText(string text) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Reads what <see cref="ToText"/> wrote.</summary>
    internal static ulong Parse(string text) => ulong.Parse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>As the reports print it: 16 lower-case hexadecimal digits after <c>0x</c>.</summary>
    public static string ToText(ulong payload) => $"0x{payload:x16}";
}
