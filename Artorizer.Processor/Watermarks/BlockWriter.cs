using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Artorizer.Processor.Images;

namespace Artorizer.Processor.Watermarks;

/// <summary>Applies changes of a channel to the samples of an image.</summary>
internal sealed class BlockWriter
{
    private const int Side = WatermarkLayout.Block;
    private readonly RasterImage _image;
    private readonly float _maxMeanShift;

    // How far each colour sample follows a change of the channel.
    private readonly float[] _gain;

    internal BlockWriter(RasterImage image, WatermarkChannel channel, float maxMeanShift)
    {
        _image = image;
        _gain = image.ColourBands == 1 ? [1f]
            : channel == WatermarkChannel.Luminance ? [1f, 1f, 1f]
            : [0f, -0.395f, 2.032f];
        _maxMeanShift = channel == WatermarkChannel.Luminance || image.ColourBands == 1 ? maxMeanShift : 0f;
    }

    /// <summary>Sum of the squared changes of all colour samples so far, in 8-bit steps.</summary>
    internal double SquaredChange { get; private set; }

    internal void Apply(int left, int top, ReadOnlySpan<Vector256<float>> change)
    {
        if (_image.SampleBytes == 1)
        {
            Apply8(left, top, MemoryMarshal.Cast<Vector256<float>, float>(change));
        }
        else
        {
            Apply16(left, top, MemoryMarshal.Cast<Vector256<float>, float>(change));
        }
    }

    private void Apply8(int left, int top, ReadOnlySpan<float> change)
    {
        var (bands, gain, sum) = (_image.Bands, _gain, 0);
        var shift = _maxMeanShift > 0 ? MeanShift8(left, top, change) : 0f;
        for (var y = 0; y < Side; y++)
        {
            var row = _image.Row8(top + y).Slice(left * bands, Side * bands);
            for (int x = 0, s = 0; x < Side; x++, s += bands)
            {
                var amount = change[(y * Side) + x] + shift;
                for (var band = 0; band < gain.Length; band++)
                {
                    int before = row[s + band];

                    // Truncation after adding a half rounds all but negative sums, which clamp to 0 anyway.
                    var after = Math.Clamp((int)(before + (gain[band] * amount) + 0.5f), 0, 255);
                    row[s + band] = (byte)after;
                    sum += (after - before) * (after - before);
                }
            }
        }

        SquaredChange += sum;
    }

    private void Apply16(int left, int top, ReadOnlySpan<float> change)
    {
        var (bands, gain, sum) = (_image.Bands, _gain, 0.0);
        for (var y = 0; y < Side; y++)
        {
            var row = _image.Row16(top + y).Slice(left * bands, Side * bands);
            for (int x = 0, s = 0; x < Side; x++, s += bands)
            {
                for (var band = 0; band < gain.Length; band++)
                {
                    int before = row[s + band];
                    var after = Math.Clamp((int)(before + (gain[band] * change[(y * Side) + x] * 257f) + 0.5f), 0, 65535);
                    row[s + band] = (ushort)after;
                    var difference = (after - before) / 257.0;
                    sum += difference * difference;
                }
            }
        }

        SquaredChange += sum;
    }

    private float MeanShift8(int left, int top, ReadOnlySpan<float> change)
    {
        var (bands, over, under) = (_image.Bands, 0f, 0f);
        for (var y = 0; y < Side; y++)
        {
            var row = _image.Row8(top + y).Slice(left * bands, Side * bands);
            for (int x = 0, s = 0; x < Side; x++, s += bands)
            {
                for (var band = 0; band < _gain.Length; band++)
                {
                    var value = row[s + band] + change[(y * Side) + x];
                    over = Math.Max(over, value - 255f);
                    under = Math.Max(under, -value);
                }
            }
        }

        return over > 0 && under > 0 ? 0f : Math.Min(under, _maxMeanShift) - Math.Min(over, _maxMeanShift);
    }
}
