using System.Buffers.Binary;

namespace Artorizer.Processor.Images;

/// <summary>Reads the chunks of a WebP file (RFC 9649, section 2).</summary>
public static class WebPContainer
{
    /// <summary>Whether the first frame is stored without loss (a VP8L chunk comes before any VP8 chunk).</summary>
    public static bool IsLossless(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[8];
        file.Position = 12;
        while (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length)
        {
            if (head.StartsWith("VP8L"u8))
            {
                return true;
            }

            if (head.StartsWith("VP8 "u8))
            {
                return false;
            }

            // A frame's chunks follow its 16-byte header; every other chunk is skipped, padded to an even length.
            var length = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            file.Position += head.StartsWith("ANMF"u8) ? 16 : length + (length & 1);
        }

        return false;
    }
}
