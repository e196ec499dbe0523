using Artorizer.Imaging.Internal;

namespace Artorizer.Imaging;

/// <summary>The pages of a TIFF file (TIFF 6.0, section 2): which of them are pictures of their own, and several files as one.</summary>
public static class TiffPages
{
    // No more are read of a file that lies.
    private const int MaxPages = 65_536;
    private const int MaxEntries = 4096;

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

    private static List<bool> ReadKinds(FileStream file)
    {
        var kinds = new List<bool>();
        Span<byte> head = stackalloc byte[16];
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < 8)
        {
            return kinds;
        }

        var order = new TiffByteOrder(head[0] == (byte)'I', head[2] == 43 || head[3] == 43);
        var next = order.Read(head[(order.IsBig ? 8 : 4)..], order.OffsetSize);
        var seen = new HashSet<ulong>();
        while (next != 0 && next < (ulong)file.Length && seen.Count < MaxPages && seen.Add(next))
        {
            file.Position = (long)next;
            if (!TryReadKind(file, order, out var isCopy, out next))
            {
                break;
            }

            kinds.Add(isCopy);
        }

        return kinds;
    }

    private static bool TryReadKind(FileStream file, TiffByteOrder order, out bool isCopy, out ulong next)
    {
        (isCopy, next) = (false, 0);
        Span<byte> number = stackalloc byte[8];
        if (file.ReadAtLeast(number[..order.EntryCountSize], order.EntryCountSize, throwOnEndOfStream: false) < order.EntryCountSize
            || order.Read(number, order.EntryCountSize) is var count && count is 0 or > MaxEntries)
        {
            return false;
        }

        var entries = new byte[((int)count * order.EntrySize) + order.OffsetSize];
        if (file.ReadAtLeast(entries, entries.Length, throwOnEndOfStream: false) < entries.Length)
        {
            return false;
        }

        isCopy = TiffPage.Read(order, entries, (int)count).IsCopy;
        next = order.Read(entries.AsSpan((int)count * order.EntrySize), order.OffsetSize);
        return true;
    }
}
