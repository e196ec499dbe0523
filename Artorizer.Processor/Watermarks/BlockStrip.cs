using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Artorizer.Processor.Images;

namespace Artorizer.Processor.Watermarks;

/// <summary>Eight rows of one channel as floats in 8-bit steps, as wide as asked for.</summary>
internal sealed class BlockStrip
{
    private const int Side = WatermarkLayout.Block;
    private readonly RasterImage _image;
    private readonly bool _chroma;
    private readonly int _left;
    private readonly int _width;
    private readonly int _stride;
    private readonly float[] _rows;

    internal BlockStrip(RasterImage image, WatermarkChannel channel, int left, int width)
    {
        _image = image;
        _left = left;
        _width = width;
        _chroma = channel == WatermarkChannel.ChromaU && image.ColourBands == 3;
        _stride = (width + Side - 1) / Side * Side;
        _rows = new float[_stride * Side];
    }

    /// <summary>Reads eight rows from <paramref name="top"/> on.</summary>
    internal void Read(int top)
    {
        for (var y = 0; y < Side; y++)
        {
            var row = _rows.AsSpan(y * _stride, _width);
            var start = _left * _image.Bands;
            if (_image.SampleBytes == 1)
            {
                Read(_image.Row8(top + y)[start..], row);
            }
            else
            {
                Read(_image.Row16(top + y)[start..], row);
            }
        }
    }

    /// <summary>The row <paramref name="y"/> of the block whose left edge is <paramref name="x"/> pixels into the strip.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector256<float> Row(int x, int y) =>
        Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_rows), (nuint)((y * _stride) + x));

    /// <summary>Projects a block on one pattern.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal float Project(int x, ReadOnlySpan<Vector256<float>> pattern)
    {
        var sum = Vector256<float>.Zero;
        for (var y = 0; y < Side; y++)
        {
            // No fused multiply-add: the bits that come out must not depend on the processor.
            sum += Row(x, y) * pattern[y];
        }

        return Vector256.Sum(sum);
    }

    private void Read(ReadOnlySpan<byte> samples, Span<float> row)
    {
        var bands = _image.Bands;
        if (_image.ColourBands == 1)
        {
            for (int x = 0, s = 0; x < row.Length; x++, s += bands)
            {
                row[x] = samples[s];
            }

            return;
        }

        for (int x = 0, s = 0; x < row.Length; x++, s += bands)
        {
            row[x] = Mix(samples[s], samples[s + 1], samples[s + 2]);
        }
    }

    private void Read(ReadOnlySpan<ushort> samples, Span<float> row)
    {
        var bands = _image.Bands;
        const float scale = 1f / 257f;
        for (int x = 0, s = 0; x < row.Length; x++, s += bands)
        {
            row[x] = scale * (_image.ColourBands == 1 ? samples[s] : Mix(samples[s], samples[s + 1], samples[s + 2]));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Mix(float red, float green, float blue)
    {
        var luminance = (0.299f * red) + (0.587f * green) + (0.114f * blue);
        return _chroma ? 0.492f * (blue - luminance) : luminance;
    }
}
