using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Artorizer.Processor.Images;

/// <summary>Writes the chunks of a PNG (W3C PNG, third edition, §5.3).</summary>
internal sealed class PngChunkWriter : IDisposable
{
    private readonly FileStream _file;

    internal PngChunkWriter(string path)
    {
        _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 128 << 10);
        _file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
    }

    internal void Write(string type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        Span<byte> name = stackalloc byte[4];
        Encoding.ASCII.GetBytes(type, name);
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        _file.Write(number);
        _file.Write(name);
        _file.Write(data);
        var crc = new Crc32();
        crc.Append(name);
        crc.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, crc.GetCurrentHashAsUInt32());
        _file.Write(number);
    }

    public void Dispose() => _file.Dispose();
}
