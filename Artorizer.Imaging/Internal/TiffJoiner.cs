using System.Buffers.Binary;

namespace Artorizer.Imaging.Internal;

/// <summary>
/// Appends classic little-endian TIFF files to one another. Each is copied as it is; then the places that its directory names are moved by
/// where the copy begins, and the last page's directory is made to point to it.
/// </summary>
internal sealed class TiffJoiner(FileStream output)
{
    private const int EntrySize = 12;
    private const int MaxDepth = 2;

    // Values that are places in the file: of strips and tiles, and of further directories (sub-images, EXIF, GPS, interoperability).
    private const ushort StripOffsets = 273;
    private const ushort TileOffsets = 324;
    private const ushort SubDirectories = 330;
    private const ushort ExifDirectory = 34665;
    private const ushort GpsDirectory = 34853;
    private const ushort InteroperabilityDirectory = 40965;

    private long? _link;

    /// <summary>Appends a page.</summary>
    /// <exception cref="InvalidDataException">It is no such file, or the whole becomes longer than 4 GiB.</exception>
    public void Add(Stream page)
    {
        var start = (output.Length + 1) & ~1; // directories begin on a word boundary
        if (start + page.Length > uint.MaxValue)
        {
            throw new InvalidDataException("together they are longer than 4 GiB.");
        }

        output.SetLength(start);
        output.Position = start;
        page.CopyTo(output);
        Span<byte> head = stackalloc byte[8];
        Read(start, head);
        if (!head.StartsWith("II*\0"u8))
        {
            throw new InvalidDataException("a page is no classic little-endian TIFF.");
        }

        var directory = start + BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        if (_link is { } link)
        {
            Write(link, directory);
        }

        _link = Move(directory, start, MaxDepth);
    }

    /// <summary>Moves what a directory points to.</summary>
    /// <returns>Where it names the next one.</returns>
    private long Move(long directory, long by, int depth)
    {
        Span<byte> number = stackalloc byte[2];
        Read(directory, number);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(number);
        Span<byte> entry = stackalloc byte[EntrySize];
        for (var i = 0; i < count; i++)
        {
            var place = directory + 2 + (i * EntrySize);
            Read(place, entry);
            Move(entry, place + 8, by, depth);
        }

        return directory + 2 + (count * EntrySize);
    }

    private void Move(ReadOnlySpan<byte> entry, long field, long by, int depth)
    {
        var tag = BinaryPrimitives.ReadUInt16LittleEndian(entry);
        var size = SizeOf(BinaryPrimitives.ReadUInt16LittleEndian(entry[2..]));
        var count = BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]);
        long value = BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]);
        var (values, isOutside) = (field, size * (long)count > 4);
        if (isOutside)
        {
            Write(field, value + by);
            values = value + by;
        }

        var isDirectory = tag is SubDirectories or ExifDirectory or GpsDirectory or InteroperabilityDirectory;
        if (!isDirectory && tag is not (StripOffsets or TileOffsets))
        {
            return;
        }

        if (size != 4)
        {
            throw new InvalidDataException("a page names places in numbers of another size than 32 bits.");
        }

        Span<byte> number = stackalloc byte[4];
        for (var i = 0L; i < count; i++)
        {
            Read(values + (4 * i), number);
            var target = BinaryPrimitives.ReadUInt32LittleEndian(number) + by;
            Write(values + (4 * i), target);
            if (isDirectory && depth > 0)
            {
                Move(target, by, depth - 1);
            }
        }
    }

    private static int SizeOf(ushort type) => type switch
    {
        1 or 2 or 6 or 7 => 1,
        3 or 8 => 2,
        4 or 9 or 11 or 13 => 4,
        5 or 10 or 12 => 8,
        _ => throw new InvalidDataException("a page has values of an unknown type."),
    };

    private void Read(long place, Span<byte> data)
    {
        output.Position = place;
        output.ReadExactly(data);
    }

    private void Write(long place, long value)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(number, checked((uint)value));
        output.Position = place;
        output.Write(number);
    }
}
