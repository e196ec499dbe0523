using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using NetVips;

namespace Artorizer.Processor.Images;

/// <summary>Writes an animated PNG (W3C PNG, third edition, §11.3.6): every frame whole, the first one also for readers without animation.</summary>
internal static class ApngEncoder
{
    /// <summary>Encodes a stack of frames.</summary>
    /// <param name="stack">Frames below each other, with the fields that <see cref="ApngDecoder"/> sets.</param>
    /// <param name="path">The file.</param>
    /// <param name="save">Writes one frame as a still PNG, with or without metadata.</param>
    internal static void Save(Image stack, string path, Action<Image, string, bool> save)
    {
        var height = stack.PageHeight;
        var count = stack.Height / height;
        var (numerators, denominators) = ((int[])stack.Get(ApngDecoder.Numerators), (int[])stack.Get(ApngDecoder.Denominators));
        using var writer = new PngChunkWriter(path);
        var sequence = 0;
        for (var index = 0; index < count; index++)
        {
            var still = string.Create(CultureInfo.InvariantCulture, $"{path}.{index}");
            using (var frame = stack.Crop(0, index * height, stack.Width, height))
            {
                save(frame, still, index == 0);
            }

            var control = Control(stack.Width, height, numerators[index], denominators[index]);
            foreach (var (type, data) in Chunks(still))
            {
                switch (type)
                {
                    case "IHDR" when index == 0:
                        writer.Write(type, data);
                        writer.Write("acTL", Numbers(count, (int)stack.Get("loop")));
                        break;
                    case "IDAT":
                        if (control is not null)
                        {
                            writer.Write("fcTL", [.. Numbers(sequence++), .. control]);
                            control = null;
                        }

                        writer.Write(index == 0 ? "IDAT" : "fdAT", index == 0 ? data : [.. Numbers(sequence++), .. data]);
                        break;
                    case not ("IHDR" or "IEND") when index == 0:
                        writer.Write(type, data);
                        break;
                }
            }

            File.Delete(still);
        }

        writer.Write("IEND", []);
    }

    // Shown for its time, at no offset, left where it is, in place of what was there.
    private static byte[]? Control(int width, int height, int numerator, int denominator)
    {
        var control = new byte[22];
        Numbers(width, height).CopyTo(control, 0);
        BinaryPrimitives.WriteUInt16BigEndian(control.AsSpan(16), (ushort)numerator);
        BinaryPrimitives.WriteUInt16BigEndian(control.AsSpan(18), (ushort)denominator);
        return control;
    }

    private static byte[] Numbers(params ReadOnlySpan<int> numbers)
    {
        var data = new byte[4 * numbers.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4 * i), numbers[i]);
        }

        return data;
    }

    private static IEnumerable<(string Type, byte[] Data)> Chunks(string path)
    {
        using var file = File.OpenRead(path);
        var head = new byte[8];
        file.Position = 8;
        while (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length)
        {
            var data = new byte[BinaryPrimitives.ReadInt32BigEndian(head)];
            file.ReadExactly(data);
            file.Position += 4; // the checksum, which is made anew
            yield return (Encoding.ASCII.GetString(head, 4, 4), data);
        }
    }
}
