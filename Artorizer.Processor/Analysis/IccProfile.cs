using System.Buffers.Binary;
using System.Text;

namespace Artorizer.Processor.Analysis;

/// <summary>Reads ICC profiles (ICC.1:2022).</summary>
internal static class IccProfile
{
    private const int HeaderLength = 128;
    private const int MaxTags = 100;

    /// <summary>The profile's <c>desc</c> tag, or <see langword="null"/> if it has none that can be read.</summary>
    internal static string? Description(ReadOnlySpan<byte> profile)
    {
        if (profile.Length < HeaderLength + 4)
        {
            return null;
        }

        var count = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(profile[HeaderLength..]), MaxTags);
        for (var i = 0; i < count && HeaderLength + 16 + (12 * i) <= profile.Length; i++)
        {
            var entry = profile.Slice(HeaderLength + 4 + (12 * i), 12);
            var offset = BinaryPrimitives.ReadUInt32BigEndian(entry[4..]);
            var length = BinaryPrimitives.ReadUInt32BigEndian(entry[8..]);
            if (entry.StartsWith("desc"u8) && (ulong)offset + length <= (ulong)profile.Length)
            {
                return Text(profile.Slice((int)offset, (int)length));
            }
        }

        return null;
    }

    private static string? Text(ReadOnlySpan<byte> tag)
    {
        if (tag.Length > 28 && tag.StartsWith("mluc"u8))
        {
            // The first record of the multi-localised text: length at 20, offset at 24, UTF-16BE.
            var length = BinaryPrimitives.ReadUInt32BigEndian(tag[20..]);
            var offset = BinaryPrimitives.ReadUInt32BigEndian(tag[24..]);
            return (ulong)offset + length <= (ulong)tag.Length
                ? Encoding.BigEndianUnicode.GetString(tag.Slice((int)offset, (int)length)).TrimEnd('\0')
                : null;
        }

        if (tag.Length > 12 && tag.StartsWith("desc"u8))
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(tag[8..]);
            return length <= (uint)tag.Length - 12 ? Encoding.ASCII.GetString(tag.Slice(12, (int)length)).TrimEnd('\0') : null;
        }

        return null;
    }
}
