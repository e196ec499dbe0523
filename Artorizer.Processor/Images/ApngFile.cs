using System.Buffers.Binary;

namespace Artorizer.Processor.Images;

/// <summary>The frames of an animated PNG (W3C PNG, third edition, §11.3.6), of which libvips sees the first only.</summary>
internal sealed class ApngFile
{
    private const int SignatureLength = 8;

    // What the pixels of every frame need to be decoded; all frames share it.
    private static readonly string[] Shared = ["PLTE", "tRNS", "gAMA", "cHRM", "sRGB", "sBIT"];

    private readonly string _path;
    private readonly List<(string Type, long Start, int Length)> _shared = [];
    private readonly List<ApngFrame> _frames = [];
    private byte[] _header = [];

    private ApngFile(string path) => _path = path;

    /// <summary>How often the animation is shown; 0 without end.</summary>
    public int Plays { get; private set; }

    /// <summary>The frames in order.</summary>
    public IReadOnlyList<ApngFrame> Frames => _frames;

    /// <summary>Whether the picture that readers without animation show is not one of the frames.</summary>
    public bool HasPictureOfItsOwn { get; private set; }

    /// <summary>Reads the chunks of a file.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static ApngFile Read(string path)
    {
        var file = new ApngFile(path);
        using var stream = File.OpenRead(path);
        try
        {
            file.ReadChunks(stream);
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException("A chunk is cut off.", exception);
        }

        return file._header.Length == 13 && file._frames.Count > 0 && file._frames.TrueForAll(frame => frame.Data.Count > 0)
            ? file
            : throw new InvalidDataException("A frame is empty.");
    }

    /// <summary>Writes one frame as a still PNG.</summary>
    public void Extract(ApngFrame frame, string target)
    {
        using var source = File.OpenRead(_path);
        using var writer = new PngChunkWriter(target);
        var header = _header.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(header, frame.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), frame.Height);
        writer.Write("IHDR", header);
        foreach (var (type, start, length) in _shared)
        {
            writer.Write(type, Bytes(source, start, length));
        }

        foreach (var (start, length) in frame.Data)
        {
            writer.Write("IDAT", Bytes(source, start, length));
        }

        writer.Write("IEND", []);
    }

    private void ReadChunks(FileStream stream)
    {
        Span<byte> head = stackalloc byte[8];
        ApngFrame? current = null;
        for (var start = (long)SignatureLength; start + 12 <= stream.Length;)
        {
            stream.Position = start;
            stream.ReadExactly(head);
            var length = BinaryPrimitives.ReadInt32BigEndian(head);
            if (length < 0)
            {
                throw new InvalidDataException("A chunk is too long.");
            }

            var type = System.Text.Encoding.ASCII.GetString(head[4..]);
            var data = start + 8;
            switch (type)
            {
                case "IHDR" when length == 13:
                    _header = Bytes(stream, data, length);
                    break;
                case "acTL" when length == 8:
                    Plays = BinaryPrimitives.ReadInt32BigEndian(Bytes(stream, data, length).AsSpan(4)) & int.MaxValue;
                    break;
                case "fcTL" when length == 26:
                    _frames.Add(current = ApngFrame.Read(Bytes(stream, data, length)));
                    break;
                case "IDAT":
                    HasPictureOfItsOwn |= current is null;
                    current?.Data.Add((data, length));
                    break;
                case "fdAT" when length > 4:
                    current?.Data.Add((data + 4, length - 4)); // its number comes first
                    break;
                case var other when Shared.Contains(other):
                    _shared.Add((other, data, length));
                    break;
            }

            start += 12L + length;
        }
    }

    private static byte[] Bytes(FileStream stream, long start, int length)
    {
        if (start + length > stream.Length)
        {
            throw new InvalidDataException("A chunk is cut off.");
        }

        var data = new byte[length];
        stream.Position = start;
        stream.ReadExactly(data);
        return data;
    }
}
