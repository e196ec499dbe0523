using System.Buffers.Binary;
using Artorizer.Imaging.Internal;

namespace Artorizer.Imaging;

/// <summary>The pages of a TIFF file (TIFF 6.0, section 2): which of them are pictures of their own, and several files as one.</summary>
public static class TiffPages
{
    // No more are read of a file that lies.
    private const int MaxPages = 65_536;
    private const int MaxEntries = 4096;
    private const int MaxIptc = 16 << 20;
    private const ushort Iptc = 33723;

    /// <summary>
    /// The pages that are no smaller copies of others and no masks, by their index from 0 on. All of them where the file does not say, or says
    /// so of every page.
    /// </summary>
    /// <param name="path">A TIFF file.</param>
    /// <param name="count">How many pages its decoder sees.</param>
    public static IReadOnlyList<int> WithoutReducedCopies(string path, int count)
    {
        using var file = File.OpenRead(path);
        var isCopy = ReadKinds(file);
        var pages = Enumerable.Range(0, count);
        return isCopy.Count == count && isCopy.Contains(false) ? [.. pages.Where(page => !isCopy[page])] : [.. pages];
    }

    /// <summary>Writes several TIFF files as the pages of one. Nothing in them is encoded anew, and each keeps its metadata.</summary>
    /// <param name="files">Classic TIFF files of little-endian order, one page each.</param>
    /// <param name="target">The file to write.</param>
    /// <exception cref="InvalidDataException">One is no such file, or together they are longer than 4 GiB.</exception>
    public static void Join(IReadOnlyList<string> files, string target)
    {
        using var output = new FileStream(target, FileMode.Create, FileAccess.ReadWrite);
        var joiner = new TiffJoiner(output);
        foreach (var file in files)
        {
            using var page = File.OpenRead(file);
            joiner.Add(page);
        }
    }

    /// <summary>The tags of the first page; that of IPTC data only where they are whole.</summary>
    internal static IReadOnlyList<ushort> FirstTags(FileStream file)
    {
        var tags = new List<ushort>();
        foreach (var (order, entries, count) in Directories(file).Take(1))
        {
            for (var i = 0; i < count; i++)
            {
                var entry = TiffEntry.Read(order, entries.AsSpan(i * order.EntrySize));
                if (entry.Tag != Iptc || IsWholeIptc(file, entry))
                {
                    tags.Add(entry.Tag);
                }
            }
        }

        return tags;
    }

    // Data sets of a marker, two numbers and a length (IPTC-NAA IIM 4.2, §1.5), and zeros to fill up. Older writers count them in numbers of
    // 32 bits; some readers take that for bytes, and keep a quarter.
    private static bool IsWholeIptc(FileStream file, in TiffEntry entry)
    {
        if (entry.IsInline || entry.End > (ulong)file.Length || entry.End - entry.Offset > MaxIptc)
        {
            return false;
        }

        var data = new byte[(int)(entry.End - entry.Offset)];
        file.Position = (long)entry.Offset;
        file.ReadExactly(data);
        var place = 0;
        while (place + 5 <= data.Length && data[place] == 0x1C)
        {
            place += 5 + BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(place + 3));
        }

        return place > 0 && place <= data.Length && !data.AsSpan(place).ContainsAnyExcept((byte)0);
    }

    private static List<bool> ReadKinds(FileStream file) =>
        [.. Directories(file).Select(directory => TiffPage.Read(directory.Order, directory.Entries, directory.Count).IsCopy)];

    /// <summary>The directories of all pages that can be read, in order.</summary>
    private static List<(TiffByteOrder Order, byte[] Entries, int Count)> Directories(FileStream file)
    {
        var directories = new List<(TiffByteOrder, byte[], int)>();
        Span<byte> head = stackalloc byte[16];
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < 8)
        {
            return directories;
        }

        var order = new TiffByteOrder(head[0] == (byte)'I', head[2] == 43 || head[3] == 43);
        var next = order.Read(head[(order.IsBig ? 8 : 4)..], order.OffsetSize);
        var seen = new HashSet<ulong>();
        while (next != 0 && next < (ulong)file.Length && seen.Count < MaxPages && seen.Add(next))
        {
            file.Position = (long)next;
            if (ReadDirectory(file, order) is not { } entries)
            {
                break;
            }

            var count = (entries.Length - order.OffsetSize) / order.EntrySize;
            directories.Add((order, entries, count));
            next = order.Read(entries.AsSpan(count * order.EntrySize), order.OffsetSize);
        }

        return directories;
    }

    // The entries and the offset of the next directory.
    private static byte[]? ReadDirectory(FileStream file, TiffByteOrder order)
    {
        Span<byte> number = stackalloc byte[8];
        if (file.ReadAtLeast(number[..order.EntryCountSize], order.EntryCountSize, throwOnEndOfStream: false) < order.EntryCountSize
            || order.Read(number, order.EntryCountSize) is var count && count is 0 or > MaxEntries)
        {
            return null;
        }

        var entries = new byte[((int)count * order.EntrySize) + order.OffsetSize];
        return file.ReadAtLeast(entries, entries.Length, throwOnEndOfStream: false) == entries.Length ? entries : null;
    }
}
