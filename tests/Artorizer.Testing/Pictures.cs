using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Artorizer.Testing;

/// <summary>Pictures made of other pictures, byte by byte.</summary>
public static class Pictures
{
    /// <summary>The same picture with a remark in it that no other file has.</summary>
    public static byte[] Fresh(byte[] picture)
    {
        var remark = Encoding.ASCII.GetBytes(Guid.NewGuid().ToString());
        return picture switch
        {
            [0xFF, 0xD8, ..] => Insert(picture, 2, [0xFF, 0xFE, 0, (byte)(remark.Length + 2), .. remark]),
            [0x89, (byte)'P', ..] => Insert(picture, 33, Chunk("tEXt", [.. "Comment\0"u8, .. remark])),
            [(byte)'G', (byte)'I', ..] => Insert(picture, picture.Length - 1, [0x21, 0xFE, (byte)remark.Length, .. remark, 0]),
            [(byte)'R', (byte)'I', ..] => WebP(picture, remark),
            [_, _, _, _, (byte)'f', (byte)'t', ..] => Insert(picture, picture.Length, [0, 0, 0, (byte)(remark.Length + 8), .. "free"u8, .. remark]),
            _ => Insert(picture, picture.Length, remark),
        };
    }

    /// <summary>A PNG chunk.</summary>
    public static byte[] Chunk(string type, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 8), Crc32.HashToUInt32(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    private static byte[] WebP(byte[] picture, byte[] remark)
    {
        // Unknown chunks are allowed at the end; they are padded to even length.
        var result = Insert(picture, picture.Length, [.. "note"u8, (byte)remark.Length, 0, 0, 0, .. remark]);
        BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(4), result.Length - 8);
        return result;
    }

    private static byte[] Insert(byte[] picture, int at, ReadOnlySpan<byte> part) => [.. picture.AsSpan(0, at), .. part, .. picture.AsSpan(at)];
}
