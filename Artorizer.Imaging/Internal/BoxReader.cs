using System.Buffers.Binary;

namespace Artorizer.Imaging.Internal;

/// <summary>
/// Reads the fields and boxes within one box of an ISO base media file (ISO/IEC 14496-12, 4.2). Reading past the end gives zeros and sets
/// <see cref="IsOverrun"/>, so that parsing code needs one check at its end.
/// </summary>
internal ref struct BoxReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    public bool IsOverrun { get; private set; }

    public readonly bool IsEmpty => _rest.IsEmpty;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public byte ReadByte() => Take(1) is { IsEmpty: false } bytes ? bytes[0] : (byte)0;

    public ushort ReadUInt16() => Take(2) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : (ushort)0;

    public uint ReadUInt32() => Take(4) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;

    public ulong ReadUInt64() => Take(8) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : 0;

    /// <summary>Reads a number of 0, 4 or 8 bytes, as item locations have them; any other size is an overrun.</summary>
    public ulong ReadSized(int size)
    {
        switch (size)
        {
            case 0:
                return 0;
            case 4:
                return ReadUInt32();
            case 8:
                return ReadUInt64();
            default:
                Overrun();
                return 0;
        }
    }

    public void Skip(int count) => Take(count);

    /// <summary>Reads the version of a full box and skips its flags.</summary>
    public byte ReadVersion(out uint flags)
    {
        var word = ReadUInt32();
        flags = word & 0xFFFFFF;
        return (byte)(word >> 24);
    }

    /// <summary>Reads the next box whole.</summary>
    /// <returns><see langword="false"/> at the end, or where a box is longer than what holds it.</returns>
    public bool TryReadBox(out uint type, out ReadOnlySpan<byte> content)
    {
        type = 0;
        content = default;
        if (_rest.IsEmpty)
        {
            return false;
        }

        ulong size = ReadUInt32();
        type = ReadUInt32();
        ulong header = 8;
        if (size == 1)
        {
            size = ReadUInt64();
            header = 16;
        }
        else if (size == 0)
        {
            size = header + (ulong)_rest.Length;
        }

        if (IsOverrun || size < header || size - header > (ulong)_rest.Length)
        {
            Overrun();
            return false;
        }

        content = Take((int)(size - header));
        return true;
    }

    /// <summary>Takes over that a box within this one is too short.</summary>
    public void Overrun()
    {
        IsOverrun = true;
        _rest = default;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            Overrun();
            return default;
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
