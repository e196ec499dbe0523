using System.Buffers.Binary;
using System.IO.Compression;

namespace Artorizer.Processor.Images;

/// <summary>
/// Takes compressed texts and profiles out of a PNG that would become too large (W3C PNG, third edition, §11.3.2.3 and §11.3.3): a
/// few hundred kilobytes can hold gigabytes of the same letter, and decoders inflate all of it before they decode a pixel.
/// </summary>
internal static class PngChunks
{
    /// <summary>Most that one text or profile may have once it is inflated, in bytes.</summary>
    public const int MaxInflated = 4 << 20;

    /// <summary>Most that all of them may have.</summary>
    public const long MaxTotal = 16 << 20;

    private const int SignatureLength = 8;
    private const int FrameLength = 12; // length, type and checksum around the data

    /// <summary>The path of the file, or of a copy beside it without the chunks that would become too large.</summary>
    /// <returns>Where to read, and how many chunks were left out.</returns>
    public static (string Path, int LeftOut) WithoutBombs(string path, CancellationToken cancellationToken)
    {
        using var file = File.OpenRead(path);
        var bombs = Find(file, cancellationToken);
        if (bombs.Count == 0)
        {
            return (path, 0);
        }

        var copy = path + ".bounded";
        using var target = File.Create(copy);
        var from = 0L;
        foreach (var (start, length) in bombs)
        {
            Copy(file, from, start - from, target);
            from = start + length;
        }

        Copy(file, from, file.Length - from, target);
        return (copy, bombs.Count);
    }

    /// <summary>How many frames a PNG announces (§11.3.6.1, acTL); 1 for a still picture.</summary>
    public static int Frames(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[12];
        for (var start = (long)SignatureLength; start + FrameLength <= file.Length;)
        {
            file.Position = start;
            file.ReadExactly(head);
            if (head[4..].StartsWith("acTL"u8))
            {
                return (int)Math.Clamp(BinaryPrimitives.ReadUInt32BigEndian(head[8..]), 1, int.MaxValue);
            }

            if (head[4..].StartsWith("IDAT"u8))
            {
                break; // it would come before
            }

            start += FrameLength + BinaryPrimitives.ReadUInt32BigEndian(head);
        }

        return 1;
    }

    private static List<(long Start, long Length)> Find(FileStream file, CancellationToken cancellationToken)
    {
        var bombs = new List<(long, long)>();
        var total = 0L;
        Span<byte> head = stackalloc byte[8];
        for (var start = (long)SignatureLength; start + FrameLength <= file.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            file.Position = start;
            file.ReadExactly(head);
            var length = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (start + FrameLength + length > file.Length)
            {
                break; // cut off; the decoder says so
            }

            if (IsCompressed(head[4..]))
            {
                var inflated = Inflated(file, head[4..], (int)Math.Min(length, int.MaxValue));
                if (inflated > MaxInflated || (total += inflated) > MaxTotal)
                {
                    bombs.Add((start, FrameLength + length));
                }
            }

            start += FrameLength + length;
        }

        return bombs;
    }

    private static bool IsCompressed(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("zTXt"u8) || type.SequenceEqual("iTXt"u8) || type.SequenceEqual("iCCP"u8);

    // Bytes of the inflated data, counted until they are too many; 0 where nothing is compressed or the data are damaged.
    private static long Inflated(FileStream file, ReadOnlySpan<byte> type, int length)
    {
        var isInternational = type.SequenceEqual("iTXt"u8);
        var left = length;
        if (!Skip(file, ref left))
        {
            return 0;
        }

        // One byte for the method; in iTXt a flag before it, and a language and a translated keyword after it.
        var flag = isInternational ? Take(file, ref left) : 1;
        _ = Take(file, ref left);
        if (flag != 1 || (isInternational && !(Skip(file, ref left) && Skip(file, ref left))))
        {
            return 0;
        }

        if (left is <= 0 or > MaxInflated)
        {
            // What is too large even compressed need not be inflated to know.
            return Math.Max(0, left);
        }

        var data = new byte[left];
        file.ReadExactly(data);
        try
        {
            using var inflate = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
            var buffer = new byte[64 << 10];
            var count = 0L;
            for (int read; count <= MaxInflated && (read = inflate.Read(buffer)) > 0;)
            {
                count += read;
            }

            return count;
        }
        catch (InvalidDataException)
        {
            return 0;
        }
    }

    // Past the next zero byte.
    private static bool Skip(FileStream file, ref int left)
    {
        while (left > 0)
        {
            if (Take(file, ref left) == 0)
            {
                return true;
            }
        }

        return false;
    }

    private static int Take(FileStream file, ref int left) => left-- > 0 ? file.ReadByte() : -1;

    private static void Copy(FileStream source, long from, long count, FileStream target)
    {
        source.Position = from;
        var buffer = new byte[128 << 10];
        for (int read; count > 0 && (read = source.Read(buffer, 0, (int)Math.Min(buffer.Length, count))) > 0; count -= read)
        {
            target.Write(buffer, 0, read);
        }
    }
}
