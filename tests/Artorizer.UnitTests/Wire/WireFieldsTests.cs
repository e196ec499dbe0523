using System.Buffers;
using Artorizer.Contracts.ProtectionRpc;
using Artorizer.Contracts.Wire;
using Google.Protobuf;

namespace Artorizer.UnitTests.Wire;

/// <summary>The fields of <c>POST /protect</c> as each protocol brings them.</summary>
public sealed class WireFieldsTests
{
    [Fact]
    public void MessagePack_gives_fields_in_order_with_their_types()
    {
        // {"artist_name": "A", "image": bin 00ff, "tags": ["a", ""], "priority": 0, "watermark_strength": 0.5,
        // "extra_metadata": {"k": nil}, "priority": 1}
        var body = Convert.FromHexString(
            "87" + "ab6172746973745f6e616d65a141" + "a5696d616765c40200ff" + "a474616773" + "92a161a0" + "a87072696f7269747900"
            + "b277617465726d61726b5f737472656e677468cb3fe0000000000000" + "ae65787472615f6d65746164617461" + "81a16bc0" + "a87072696f7269747901");

        var fields = new MessagePackWireProtocol().ReadFields(new ReadOnlySequence<byte>(body));

        Assert.Equal(["artist_name", "image", "tags", "priority", "watermark_strength", "extra_metadata", "priority"], fields.Select(f => f.Name));
        Assert.Equal("A", fields[0].Value);
        Assert.Equal(new byte[] { 0, 255 }, fields[1].Value);
        Assert.Equal(new object?[] { "a", "" }, Assert.IsType<List<object?>>(fields[2].Value));
        Assert.Equal(0L, fields[3].Value);
        Assert.Equal(0.5, fields[4].Value);
        Assert.Equal(new WireField("k", null), Assert.Single(Assert.IsType<List<WireField>>(fields[5].Value)));
    }

    [Fact]
    public void Protobuf_gives_the_fields_that_were_set_under_their_HTTP_names()
    {
        var request = new ProtectRequest
        {
            ImageData = ByteString.CopyFrom(1, 2, 3),
            ArtistName = "A",
            ArtworkTitle = "T",
            Tags = { "a", "b" },
            Priority = 0,
            Config = new ProtectionConfig
            {
                IncludeProtection = false,
                Processors = { "dhash" },
                Watermark = new WatermarkConfig { Strategy = "robust", Strength = 0, TreeRingFrequency = 9 },
                EnableMist = true,
                MaxStageDim = 512,
            },
        };

        var fields = new ProtobufWireProtocol().ReadFields(new ReadOnlySequence<byte>(request.ToByteArray()));

        Assert.Equal(new byte[] { 1, 2, 3 }, Value(fields, "image"));
        Assert.Equal("A", Value(fields, "artist_name"));
        Assert.Equal("T", Value(fields, "artwork_title"));
        Assert.Equal(new object?[] { "a", "b" }, Value(fields, "tags"));
        Assert.Equal(0L, Value(fields, "priority"));
        Assert.Equal(false, Value(fields, "include_protection"));
        Assert.Equal(new object?[] { "dhash" }, Value(fields, "processors"));
        Assert.Equal("robust", Value(fields, "watermark_strategy"));
        Assert.Equal(0.0, Value(fields, "watermark_strength"));
        Assert.Equal(9.0, Value(fields, "tree_ring_frequency"));
        Assert.Equal(true, Value(fields, "enable_mist"));
        Assert.Equal(512L, Value(fields, "max_stage_dim"));
        Assert.Equal(12, fields.Count);
    }

    [Fact]
    public void Thrift_gives_the_fields_that_were_set()
    {
        // Compact: 2 artist_name "A"; 4 tags ["x"]; 5 config { 2 include_protection false }.
        byte[] body = [0x28, 1, (byte)'A', 0x29, 0x18, 1, (byte)'x', 0x1c, 0x22, 0, 0];

        var fields = ThriftWireProtocol.Compact.ReadFields(new ReadOnlySequence<byte>(body));

        Assert.Equal(["artist_name", "tags", "include_protection"], fields.Select(f => f.Name));
        Assert.Equal(false, fields[2].Value);
    }

    [Theory]
    [InlineData("90")]
    [InlineData("8101c0")]
    [InlineData("81c0c0")]
    [InlineData("81a161c1")]
    public void Anything_but_a_map_is_malformed(string hex) =>
        Assert.Throws<WireFormatException>(() => new MessagePackWireProtocol().ReadFields(new ReadOnlySequence<byte>(Convert.FromHexString(hex))));

    private static object? Value(IReadOnlyList<WireField> fields, string name) => fields.Single(f => f.Name == name).Value;
}
