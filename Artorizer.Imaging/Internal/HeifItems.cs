namespace Artorizer.Imaging.Internal;

/// <summary>What the <c>meta</c> box of a HEIF or AVIF file says of its pictures (ISO/IEC 14496-12, 8.11; ISO/IEC 23008-12, 6.5 and 9.3).</summary>
internal sealed class HeifItems
{
    // Real files have a few dozen. What lies beyond is counted for the largest size only.
    private const int MaxProperties = 4096;

    private readonly List<Property> _properties = [];
    private readonly List<int> _primaryProperties = [];
    private uint _primaryItem;

    /// <summary>
    /// Size of the primary picture as shown, or the largest of all sizes where it has none; <see langword="null"/> if there is none.
    /// </summary>
    public (uint Width, uint Height)? Size { get; private set; }

    /// <summary>The largest size that any picture has.</summary>
    public (uint Width, uint Height)? LargestSize { get; private set; }

    public int? BitsPerSample { get; private set; }

    public bool HasAlpha { get; private set; }

    /// <summary>Where the last extent ends that an item has in the file; saturated.</summary>
    public ulong RequiredLength { get; private set; }

    /// <summary>Reads the content of a <c>meta</c> box.</summary>
    /// <returns><see langword="null"/> where it is malformed.</returns>
    public static HeifItems? Read(ReadOnlySpan<byte> content)
    {
        var items = new HeifItems();
        return items.ReadMeta(content) ? items : null;
    }

    private bool ReadMeta(ReadOnlySpan<byte> content)
    {
        var meta = new BoxReader(content);
        meta.ReadVersion(out _);
        ReadOnlySpan<byte> properties = default;
        while (meta.TryReadBox(out var type, out var box))
        {
            var reader = new BoxReader(box);
            switch (type)
            {
                case BoxTypes.PrimaryItem:
                    _primaryItem = reader.ReadVersion(out _) == 0 ? reader.ReadUInt16() : reader.ReadUInt32();
                    break;

                case BoxTypes.ItemLocation:
                    ReadLocations(ref reader);
                    break;

                // Read last, when the primary item is known.
                case BoxTypes.ItemProperties:
                    properties = box;
                    break;
            }

            if (reader.IsOverrun)
            {
                return false;
            }
        }

        return !meta.IsOverrun && ReadProperties(properties);
    }

    // 8.11.3
    private void ReadLocations(ref BoxReader reader)
    {
        var version = reader.ReadVersion(out _);
        int sizes = reader.ReadUInt16();
        var (offsetSize, lengthSize, baseSize) = (sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15);
        var indexSize = version > 0 ? sizes & 15 : 0;
        var items = version < 2 ? reader.ReadUInt16() : reader.ReadUInt32();
        for (uint i = 0; i < items && !reader.IsOverrun; i++)
        {
            reader.Skip(version < 2 ? 2 : 4);
            var method = version > 0 ? reader.ReadUInt16() & 15 : 0;
            var isElsewhere = reader.ReadUInt16() != 0;
            var start = reader.ReadSized(baseSize);
            int extents = reader.ReadUInt16();

            // Where an extent takes no bytes in the table, all are alike, and a hostile number of them must not cost time.
            extents = offsetSize + lengthSize + indexSize == 0 ? Math.Min(extents, 1) : extents;
            for (var j = 0; j < extents && !reader.IsOverrun; j++)
            {
                reader.ReadSized(indexSize);
                var offset = (UInt128)start + reader.ReadSized(offsetSize);
                var end = (ulong)UInt128.Min(offset + reader.ReadSized(lengthSize), ulong.MaxValue);
                RequiredLength = method == 0 && !isElsewhere ? Math.Max(RequiredLength, end) : RequiredLength;
            }
        }
    }

    private bool ReadProperties(ReadOnlySpan<byte> content)
    {
        var reader = new BoxReader(content);
        while (reader.TryReadBox(out var type, out var box))
        {
            var inner = new BoxReader(box);
            if (type == BoxTypes.ItemPropertyContainer)
            {
                ReadContainer(ref inner);
            }
            else if (type == BoxTypes.ItemPropertyAssociation)
            {
                ReadAssociations(ref inner);
            }

            if (inner.IsOverrun)
            {
                return false;
            }
        }

        ApplyPrimaryProperties();
        return !reader.IsOverrun;
    }

    private void ReadContainer(ref BoxReader reader)
    {
        while (reader.TryReadBox(out var type, out var box))
        {
            var inner = new BoxReader(box);
            var property = new Property(type, 0, 0);
            switch (type)
            {
                case BoxTypes.ImageSpatialExtents:
                    inner.ReadVersion(out _);
                    property = property with { First = inner.ReadUInt32(), Second = inner.ReadUInt32() };
                    LargestSize = Larger(LargestSize, (property.First, property.Second));
                    break;

                case BoxTypes.ImageRotation:
                    property = property with { First = inner.ReadByte() & 3u };
                    break;

                case BoxTypes.PixelInformation:
                    inner.ReadVersion(out _);
                    property = property with { First = inner.ReadByte(), Second = inner.ReadByte() };
                    break;

                case BoxTypes.AuxiliaryType:
                    inner.ReadVersion(out _);
                    HasAlpha |= inner.Rest.StartsWith("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"u8)
                        || inner.Rest.StartsWith("urn:mpeg:hevc:2015:auxid:1\0"u8);
                    break;
            }

            if (inner.IsOverrun)
            {
                reader.Overrun();
            }
            else if (_properties.Count < MaxProperties)
            {
                _properties.Add(property);
            }
        }
    }

    // ISO/IEC 23008-12, 9.3.1
    private void ReadAssociations(ref BoxReader reader)
    {
        var version = reader.ReadVersion(out var flags);
        var items = reader.ReadUInt32();
        for (uint i = 0; i < items && !reader.IsOverrun; i++)
        {
            var item = version == 0 ? reader.ReadUInt16() : reader.ReadUInt32();
            int count = reader.ReadByte();
            for (var j = 0; j < count && !reader.IsOverrun; j++)
            {
                var index = (flags & 1) != 0 ? reader.ReadUInt16() & 0x7FFF : reader.ReadByte() & 0x7F;
                if (item == _primaryItem && _primaryProperties.Count < byte.MaxValue)
                {
                    _primaryProperties.Add(index);
                }
            }
        }
    }

    private void ApplyPrimaryProperties()
    {
        var isTurned = false;
        foreach (var index in _primaryProperties)
        {
            // Indices count from 1; 0 stands for no property.
            if (index == 0 || index > _properties.Count)
            {
                continue;
            }

            var property = _properties[index - 1];
            switch (property.Type)
            {
                case BoxTypes.ImageSpatialExtents:
                    Size = (property.First, property.Second);
                    break;

                case BoxTypes.ImageRotation:
                    isTurned ^= (property.First & 1) != 0;
                    break;

                case BoxTypes.PixelInformation when property.First > 0:
                    BitsPerSample = (int)property.Second;
                    break;
            }
        }

        Size = Size is { } size && isTurned ? (size.Height, size.Width) : Size ?? LargestSize;
    }

    private static (uint Width, uint Height) Larger((uint Width, uint Height)? one, (uint Width, uint Height) other) =>
        one is { } size && (ulong)size.Width * size.Height >= (ulong)other.Width * other.Height ? size : other;

    private readonly record struct Property(uint Type, uint First, uint Second);
}
