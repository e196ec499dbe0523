using System.Buffers;
using MessagePack;

namespace Artorizer.UnitTests.Wire;

/// <summary>The stand-in against the bytes of the MessagePack specification.</summary>
public sealed class MessagePackFormatTests
{
    private delegate void Writing(ref MessagePackWriter writer);

    public static TheoryData<long, string> Integers => new()
    {
        { 0, "00" }, { 127, "7f" }, { 128, "cc80" }, { 255, "ccff" }, { 256, "cd0100" }, { 65535, "cdffff" }, { 65536, "ce00010000" },
        { uint.MaxValue, "ceffffffff" }, { 1L << 32, "cf0000000100000000" }, { long.MaxValue, "cf7fffffffffffffff" },
        { -1, "ff" }, { -32, "e0" }, { -33, "d0df" }, { -128, "d080" }, { -129, "d1ff7f" }, { -32768, "d18000" }, { -32769, "d2ffff7fff" },
        { int.MinValue, "d280000000" }, { int.MinValue - 1L, "d3ffffffff7fffffff" }, { long.MinValue, "d38000000000000000" },
    };

    [Theory]
    [MemberData(nameof(Integers))]
    public void Integers_take_their_shortest_form(long value, string hex)
    {
        Assert.Equal(hex, Write((ref MessagePackWriter w) => w.Write(value)));
        Assert.Equal(value, Reader(hex).ReadInt64());
    }

    [Theory]
    [InlineData("d300000000000000ff")]
    [InlineData("cf00000000000000ff")]
    [InlineData("d2000000ff")]
    [InlineData("d100ff")]
    [InlineData("ccff")]
    public void Integers_are_read_in_any_width(string hex)
    {
        Assert.Equal(255, Reader(hex).ReadInt32());
        Assert.Equal(255u, Reader(hex).ReadUInt32());
        Assert.Equal(255ul, Reader(hex).ReadUInt64());
        Assert.Equal((byte)255, Reader(hex).ReadByte());
        Assert.Equal(255.0, Reader(hex).ReadDouble());
        Assert.Throws<OverflowException>(() => Reader(hex).ReadSByte());
    }

    [Theory]
    [InlineData("2020-01-01T00:00:00Z", "d6ff5e0be100")]
    [InlineData("2020-01-01T00:00:00.5Z", "d7ff773594005e0be100")]
    [InlineData("2106-02-07T06:28:16Z", "d7ff0000000100000000")]
    [InlineData("1969-12-31T23:59:59.9999999Z", "c70cff3b9ac99cffffffffffffffff")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "c70cff3b9ac99c0000003afff4417f")]
    [InlineData("0001-01-01T00:00:00Z", "c70cff00000000fffffff1886e0900")]
    public void Timestamps_take_32_64_or_96_bits(string time, string hex)
    {
        var value = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime;
        Assert.Equal(hex, Write((ref MessagePackWriter w) => w.Write(value)));
        Assert.Equal(value, Reader(hex).ReadDateTime());
        Assert.Equal(DateTimeKind.Utc, Reader(hex).ReadDateTime().Kind);
    }

    [Theory]
    [InlineData("d7ffffffffff00000000")]
    [InlineData("c70cff000000007fffffffffffffff")]
    [InlineData("d5ff0000")]
    [InlineData("d6010000ffff")]
    public void Timestamps_out_of_range_are_refused(string hex) => Assert.Throws<MessagePackSerializationException>(() => Reader(hex).ReadDateTime());

    [Theory]
    [InlineData(31, "bf")]
    [InlineData(32, "d920")]
    [InlineData(256, "da0100")]
    [InlineData(65536, "db00010000")]
    public void Texts_carry_the_shortest_length(int length, string head)
    {
        var text = new string('a', length);
        var hex = Write((ref MessagePackWriter w) => w.Write(text));
        Assert.StartsWith(head, hex, StringComparison.Ordinal);
        Assert.Equal(text, Reader(hex).ReadString());
        Assert.Equal(text, new MessagePackReader(WireSamples.Split(Convert.FromHexString(hex), 7)).ReadString());
    }

    [Theory]
    [InlineData(0, "c400", "90", "80", "c70005")]
    [InlineData(1, "c401", "91", "81", "d405")]
    [InlineData(16, "c410", "dc0010", "de0010", "d805")]
    [InlineData(17, "c411", "dc0011", "de0011", "c71105")]
    [InlineData(65536, "c600010000", "dd00010000", "df00010000", "c90001000005")]
    public void Bytes_lists_maps_and_extensions_carry_the_shortest_length(int length, string bin, string array, string map, string ext)
    {
        var bytes = new byte[length];
        Assert.StartsWith(bin, Write((ref MessagePackWriter w) => w.Write(bytes)), StringComparison.Ordinal);
        Assert.Equal(array, Write((ref MessagePackWriter w) => w.WriteArrayHeader(length)));
        Assert.Equal(map, Write((ref MessagePackWriter w) => w.WriteMapHeader(length)));
        var extension = Write((ref MessagePackWriter w) => w.WriteExtensionFormat(new ExtensionResult(5, bytes)));
        Assert.StartsWith(ext, extension, StringComparison.Ordinal);
        var back = Reader(extension).ReadExtensionFormat();
        Assert.Equal((5, length), (back.TypeCode, (int)back.Data.Length));
    }

    [Theory]
    [InlineData("c2")]
    [InlineData("93010203")]
    [InlineData("82a16190a162c0")]
    [InlineData("c70305010203")]
    [InlineData("ca3f800000")]
    [InlineData("d6ff5e0be100")]
    public void Any_value_is_skipped_whole(string hex)
    {
        var reader = new MessagePackReader(WireSamples.Split(Convert.FromHexString(hex + "2a"), 1));
        reader.Skip();
        Assert.Equal(42, reader.ReadInt32());
        Assert.True(reader.End);
    }

    [Theory]
    [InlineData("")]
    [InlineData("cd01")]
    [InlineData("a5616263")]
    [InlineData("92c0")]
    [InlineData("81c0")]
    [InlineData("c403ff")]
    [InlineData("d5")]
    [InlineData("ddffffffff")]
    public void Input_that_ends_early_says_so(string hex) => Assert.Throws<EndOfStreamException>(() =>
    {
        var reader = Reader(hex);
        reader.Skip();
    });

    [Fact]
    public void The_code_that_is_never_used_is_refused()
    {
        Assert.Throws<MessagePackSerializationException>(() => Reader("c1").ReadRaw());
        Assert.Throws<MessagePackSerializationException>(() => Reader("a161").ReadInt32());
        Assert.Throws<MessagePackSerializationException>(() => Reader("01").ReadString());
    }

    [Fact]
    public void Depth_is_limited()
    {
        var security = MessagePackSecurity.UntrustedData.WithMaximumObjectGraphDepth(1);
        Assert.Throws<InsufficientExecutionStackException>(() =>
        {
            var reader = Reader("9190");
            security.DepthStep(ref reader);
            security.DepthStep(ref reader);
        });
    }

    private static MessagePackReader Reader(string hex) => new(Convert.FromHexString(hex));

    private static string Write(Writing write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        write(ref writer);
        writer.Flush();
        return Convert.ToHexStringLower(buffer.WrittenSpan);
    }
}
