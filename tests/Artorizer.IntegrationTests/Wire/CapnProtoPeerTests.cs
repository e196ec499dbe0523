using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Wire;

namespace Artorizer.IntegrationTests.Wire;

/// <summary>Cap'n Proto against <c>capnp convert</c>, which reads our schema itself.</summary>
public sealed class CapnProtoPeerTests
{
    private static readonly string Schema = Path.Combine(WireTools.Idl, "artorizer.capnp");

    [Theory]
    [InlineData("capnp", "binary")]
    [InlineData("capnp-packed", "packed")]
    public async Task Every_message_passes_through_the_peer(string name, string format)
    {
        var protocol = WireProtocols.All.Single(p => p.Name == name);
        foreach (var message in WireSamples.All)
        {
            var type = WireExpectations.SchemaName(message);
            var json = await ConvertAsync($"{format}:json", type, WireSamples.Serialize(protocol, message));
            WireExpectations.AssertTexts(message, Maps(JsonNode.Parse(json)));

            var theirs = await ConvertAsync($"json:{format}", type, json);
            var back = WireSamples.Deserialize(protocol, message.GetType(), new ReadOnlySequence<byte>(theirs));
            WireExpectations.AssertSame(message, back);
        }
    }

    [Fact]
    public async Task What_we_pack_is_what_the_peer_packs()
    {
        foreach (var message in WireSamples.All)
        {
            var unpacked = WireSamples.Serialize(CapnProtoWireProtocol.Unpacked, message);
            var theirs = await ConvertAsync(
                "packed:binary", WireExpectations.SchemaName(message), WireSamples.Serialize(CapnProtoWireProtocol.Packed, message));
            Assert.Equal(Convert.ToHexString(unpacked), Convert.ToHexString(theirs));
        }
    }

    [Fact]
    public async Task Defaults_and_far_pointers_of_the_peer_are_understood()
    {
        // Text of 20,000 bytes makes the tool begin further segments, so that pointers become far.
        var description = new string('d', 20_000);
        var text = $"""(jobId = "j", title = "t", description = "{description}", """
            + $"""tags = ["a", "{description}"], urls = [(key = "k", value = "{description}")])""";

        var bytes = await ConvertAsync("text:binary", "JobResult", Encoding.UTF8.GetBytes(text));
        Assert.True(BitConverter.ToInt32(bytes) > 0, "the message has several segments");
        var back = CapnProtoWireProtocol.Unpacked.Deserialize<JobResultView>(new ReadOnlySequence<byte>(bytes));

        Assert.Equal(description, back.Description);
        Assert.Equal(["a", description], back.Tags);
        Assert.Equal(description, back.Urls["k"]);
        Assert.Equal(0, back.TaskId);
        Assert.Null(back.Analysis);
    }

    [Fact]
    public async Task The_fields_of_protect_come_from_the_peer()
    {
        const string Text = """(imageData = 0x"0001ff", artistName = "A", tags = ["x", ""], priority = 0, """
            + """config = (includeProtection = false, enableFawkes = true, """
            + """enableSteganoEmbed = true, watermark = (strength = 0.25)))""";

        var fields = CapnProtoWireProtocol.Packed.ReadFields(
            new ReadOnlySequence<byte>(await ConvertAsync("text:packed", "ProtectRequest", Encoding.UTF8.GetBytes(Text))));

        Assert.Equal(
            ["image", "artist_name", "tags", "include_protection", "watermark_strength", "enable_stegano_embed", "priority"],
            fields.Select(f => f.Name));
        Assert.Equal(new byte[] { 0, 1, 255 }, fields[0].Value);
        Assert.Equal([false, 0.25, true, 0L], fields.Skip(3).Select(f => f.Value));
    }

    [Fact]
    public async Task The_fields_of_an_upload_come_from_the_peer()
    {
        var bytes = await ConvertAsync("text:binary", "UploadRequest", """(contentType = "image/png", size = 0, sha256 = "ab")"""u8.ToArray());

        var fields = CapnProtoWireProtocol.Unpacked.ReadFields(new ReadOnlySequence<byte>(bytes), typeof(UploadRequest));

        Assert.Equal([new WireField("content_type", "image/png"), new WireField("size", 0L), new WireField("sha256", "ab")], fields);
    }

    private static Task<byte[]> ConvertAsync(string formats, string type, byte[] input) =>
        WireTools.RunAsync(WireTools.Require("capnp", "capnproto"), ["convert", formats, Schema, type], input);

    /// <summary>Lists of key and value as maps.</summary>
    private static JsonNode? Maps(JsonNode? node) => node switch
    {
        JsonArray { Count: > 0 } list when list[0] is JsonObject entry && entry.ContainsKey("key") =>
            new JsonObject(list.Select(e => KeyValuePair.Create((string)e!["key"]!, Maps(e["value"])))),
        JsonArray list => new JsonArray([.. list.Select(Maps)]),
        JsonObject map => new JsonObject(map.Select(p => KeyValuePair.Create(p.Key, Maps(p.Value)))),
        _ => node?.DeepClone(),
    };
}
