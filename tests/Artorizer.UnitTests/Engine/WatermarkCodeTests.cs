using Artorizer.Processor.Watermarks;

namespace Artorizer.UnitTests.Engine;

public sealed class WatermarkCodeTests
{
    [Fact]
    public void Payloads_come_from_the_text() =>
        Assert.Equal("0xba7816bf8f01cfea", WatermarkPayload.ToText(WatermarkPayload.FromText("abc")));

    [Theory]
    [InlineData(0ul, 0x495DF2D3u)]
    [InlineData(0x0123456789ABCDEFul, 0x6844CFFDu)]
    public void Checks_stay_what_delivered_images_carry(ulong payload, uint check) => Assert.Equal(check, WatermarkCode.Check(payload));

    [Theory]
    [InlineData(0ul)]
    [InlineData(ulong.MaxValue)]
    [InlineData(0x0123456789ABCDEFul)]
    public void Words_decode_also_with_weak_wrong_bits(ulong payload)
    {
        var evidence = Word(payload);
        Assert.True(WatermarkCode.TryDecode(evidence, repair: false, out var read));
        Assert.Equal(payload, read);

        (evidence[3], evidence[70]) = (-0.1f * evidence[3], -0.2f * evidence[70]);
        Assert.False(WatermarkCode.TryDecode(evidence, repair: false, out _));
        Assert.True(WatermarkCode.TryDecode(evidence, repair: true, out read));
        Assert.Equal(payload, read);
    }

    [Fact]
    public void Noise_does_not_pass()
    {
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var evidence = Enumerable.Range(0, WatermarkCode.Length).Select(_ => random.NextSingle() - 0.5f).ToArray();
            Assert.False(WatermarkCode.TryDecode(evidence, repair: true, out _));
        }

        Assert.False(WatermarkCode.TryDecode(new float[WatermarkCode.Length], repair: false, out _));
    }

    [Fact]
    public void Every_bit_is_carried_equally_often()
    {
        foreach (var layout in new[] { WatermarkLayout.Robust, WatermarkLayout.HaarDct })
        {
            Assert.Single(layout.BitOf.GroupBy(bit => bit).Select(group => group.Count()).Distinct());
            Assert.Equal(WatermarkCode.Length, layout.BitOf.Distinct().Count());
        }
    }

    private static float[] Word(ulong payload)
    {
        var check = WatermarkCode.Check(payload);
        return [.. Enumerable.Range(0, WatermarkCode.Length).Select(i => WatermarkCode.Bit(payload, check, i) ? -1f : 1f)];
    }
}
