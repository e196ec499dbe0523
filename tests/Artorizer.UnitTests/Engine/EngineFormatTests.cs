using Artorizer.Processor.Images;

namespace Artorizer.UnitTests.Engine;

public sealed class EngineFormatTests
{
    [Theory]
    [InlineData("ffd8ffe0", EngineFormat.Jpeg)]
    [InlineData("89504e470d0a1a0a", EngineFormat.Png)]
    [InlineData("474946383961", EngineFormat.Gif)]
    [InlineData("524946460000000057454250", EngineFormat.WebP)]
    [InlineData("49492a00", EngineFormat.Tiff)]
    [InlineData("4d4d002a", EngineFormat.Tiff)]
    [InlineData("0000002066747970617669660000000061766966", EngineFormat.Avif)]
    [InlineData("00000020667479706d69663100000000617669666d696631", EngineFormat.Avif)]
    [InlineData("0000002066747970686569630000000068656963", EngineFormat.Heif)]
    public void Formats_are_known_by_their_first_bytes(string head, EngineFormat format) =>
        Assert.Equal(format, EngineFormatExtensions.Sniff(Convert.FromHexString(head)));

    [Theory]
    [InlineData("")]
    [InlineData("ffd8")]
    [InlineData("3c737667")]
    [InlineData("255044462d312e34")]
    [InlineData("00000020667479706d7034320000000069736f6d")]
    public void Others_are_not(string head) => Assert.Null(EngineFormatExtensions.Sniff(Convert.FromHexString(head)));
}
