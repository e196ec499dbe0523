using System.Buffers.Binary;
using System.Text;

namespace Artorizer.UnitTests.Images;

/// <summary>Writes image structures by hand.</summary>
internal sealed class Bytes
{
    private readonly List<byte> _bytes = [];

    public Bytes Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public Bytes Text(string text) => Raw(Encoding.Latin1.GetBytes(text));

    public Bytes Zeros(int count) => Raw(new byte[count]);

    public Bytes Big16(int value) => Raw((byte)(value >> 8), (byte)value);

    public Bytes Big32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return Raw(bytes);
    }

    public Bytes Little16(int value) => Raw((byte)value, (byte)(value >> 8));

    public Bytes Little24(int value) => Raw((byte)value, (byte)(value >> 8), (byte)(value >> 16));

    public Bytes Little32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Raw(bytes);
    }

    /// <summary>A PNG chunk with its check, computed bit by bit.</summary>
    public Bytes Chunk(string type, byte[] content)
    {
        byte[] covered = [.. Encoding.Latin1.GetBytes(type), .. content];
        return Big32((uint)content.Length).Raw(covered).Big32(Crc(covered));
    }

    /// <summary>A box of an ISO base media file.</summary>
    public Bytes Box(string type, byte[] content) => Big32((uint)content.Length + 8).Text(type).Raw(content);

    /// <summary>A RIFF chunk, padded to an even length.</summary>
    public Bytes Riff(string type, byte[] content) => Text(type).Little32((uint)content.Length).Raw(content).Zeros(content.Length & 1);

    public byte[] ToArray() => [.. _bytes];

    private static uint Crc(byte[] bytes)
    {
        var state = uint.MaxValue;
        foreach (var value in bytes)
        {
            state ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                state = (state & 1) != 0 ? (state >> 1) ^ 0xEDB88320 : state >> 1;
            }
        }

        return ~state;
    }
}
