using System.Buffers;
using System.Text.Json.Nodes;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Wire;

namespace Artorizer.IntegrationTests.Wire;

/// <summary>Thrift against python3-thrift, with classes that thrift-compiler makes of our schema.</summary>
public sealed class ThriftPeerTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("artorizer-thrift-").FullName;

    public async ValueTask InitializeAsync()
    {
        await WireTools.RequirePythonModuleAsync("thrift", "python3-thrift");
        var compiler = WireTools.Require("thrift", "thrift-compiler");
        await WireTools.RunAsync(compiler, ["-out", _folder, "--gen", "py", Path.Combine(WireTools.Idl, "artorizer.thrift")]);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("thrift-compact")]
    [InlineData("thrift-binary")]
    public async Task Every_message_passes_through_the_peer(string name)
    {
        using var peer = Start();
        var protocol = WireProtocols.All.Single(p => p.Name == name);
        foreach (var message in WireSamples.All)
        {
            var type = WireExpectations.SchemaName(message);
            var seen = await peer.DecodeAsync(WireSamples.Serialize(protocol, message), type, name);
            WireExpectations.AssertTexts(message, seen);

            var back = WireSamples.Deserialize(protocol, message.GetType(), new ReadOnlySequence<byte>(await peer.EncodeAsync(seen, type, name)));
            WireExpectations.AssertSame(message, back);
        }
    }

    [Theory]
    [InlineData("thrift-compact")]
    [InlineData("thrift-binary")]
    public async Task The_fields_of_protect_come_from_the_peer(string name)
    {
        using var peer = Start();
        var protocol = WireProtocols.All.Single(p => p.Name == name);
        var request = JsonNode.Parse("""
            {"image_data":{"$b":"AAH/"},"artist_name":"A","tags":["x",""],"priority":0,
             "config":{"include_protection":false,"enable_mist":true,"watermark":{"strength":0.25}}}
            """);

        var fields = protocol.ReadFields(new ReadOnlySequence<byte>(await peer.EncodeAsync(request, "ProtectRequest", name)));

        Assert.Equal(
            ["image", "artist_name", "tags", "include_protection", "watermark_strength", "enable_mist", "priority"], fields.Select(f => f.Name));
        Assert.Equal(new byte[] { 0, 1, 255 }, fields[0].Value);
        Assert.Equal([false, 0.25, true, 0L], fields.Skip(3).Select(f => f.Value));
    }

    [Theory]
    [InlineData("thrift-compact")]
    [InlineData("thrift-binary")]
    public async Task The_fields_of_an_upload_come_from_the_peer(string name)
    {
        using var peer = Start();
        var request = JsonNode.Parse("""{"filename":"a.png","content_type":"image/png","size":5000000000}""");

        var fields = WireProtocols.All.Single(p => p.Name == name)
            .ReadFields(new ReadOnlySequence<byte>(await peer.EncodeAsync(request, "UploadRequest", name)), typeof(UploadRequest));

        Assert.Equal([new WireField("filename", "a.png"), new WireField("content_type", "image/png"), new WireField("size", 5_000_000_000L)], fields);
    }

    private WirePeer Start() => new(WireTools.Python, Path.Combine(WireTools.Peers, "peer.py"), "thrift", _folder);
}
