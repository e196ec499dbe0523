using Artorizer.Contracts.Api;
using Artorizer.Contracts.Wire;

namespace Artorizer.UnitTests.Wire;

public sealed class WireNegotiationTests
{
    private static readonly WireProtocolRegistry Registry = WireProtocols.Registry;

    [Theory]
    [InlineData(null, "json")]
    [InlineData("", "json")]
    [InlineData("application/json; charset=utf-8", "json")]
    [InlineData("application/problem+json", "json")]
    [InlineData("APPLICATION/X-MsgPack", "msgpack")]
    [InlineData("application/vnd.acme.msgpack; v=1", "msgpack")]
    [InlineData("application/x-protobuf", "protobuf")]
    [InlineData("application/protobuf; messageType=taskdaemon.TaskRequest", "protobuf")]
    [InlineData("application/vnd.apache.thrift.compact", "thrift-compact")]
    [InlineData("application/vnd.apache.thrift.binary", "thrift-binary")]
    [InlineData("application/capnp", "capnp")]
    [InlineData("application/capnp; packed=true", "capnp-packed")]
    [InlineData("application/capnp+packed", "capnp-packed")]
    [InlineData("application/x-yaml", null)]
    [InlineData("text/html", null)]
    public void Content_type_names_the_reader(string? contentType, string? expected)
    {
        Assert.Equal(expected is not null, WireNegotiation.TryGetReader(Registry, contentType, out var protocol));
        Assert.Equal(expected, protocol?.Name);
    }

    [Theory]
    [InlineData(null, null, "json")]
    [InlineData(null, "application/msgpack", "msgpack")]
    [InlineData(null, "image/png", "json")]
    [InlineData("*/*", null, "json")]
    [InlineData("*/*", "application/msgpack", "msgpack")]
    [InlineData("application/json", "application/msgpack", "json")]
    [InlineData("application/msgpack", "application/json", "msgpack")]
    [InlineData("application/x-MSGPACK", null, "msgpack")]
    [InlineData("application/json;q=0.5, application/x-protobuf", null, "protobuf")]
    [InlineData("application/json;q=0.5, application/x-protobuf;q=0.4", null, "json")]
    [InlineData("application/*;q=0.9, application/json;q=0.1", null, "msgpack")]
    [InlineData("application/*, application/json;q=0", "application/json", "msgpack")]
    [InlineData("*/*, application/msgpack", "application/x-protobuf", "msgpack")]
    [InlineData("text/html, application/xml;q=0.9, */*;q=0.8", null, "json")]
    [InlineData("application/capnp;packed=true", null, "capnp-packed")]
    [InlineData("application/capnp+packed;q=0.2, application/vnd.apache.thrift.binary;q=0.3", null, "thrift-binary")]
    [InlineData("application/problem+json", null, "json")]
    [InlineData("text/*", null, null)]
    [InlineData("image/png", null, null)]
    [InlineData("application/json;q=0", null, null)]
    [InlineData("application/json;q=nonsense", null, null)]
    [InlineData(",,;q=1,", null, null)]
    public void Accept_names_the_writer(string? accept, string? contentType, string? expected) =>
        Assert.Equal(expected, WireNegotiation.Choose(Registry, accept, contentType, typeof(TaskView))?.Name);

    [Fact]
    public void Protocols_that_cannot_carry_the_message_are_passed_over()
    {
        Assert.Equal(
            "msgpack", WireNegotiation.Choose(Registry, "application/x-protobuf, application/msgpack;q=0.1", null, typeof(ProtectionTask))?.Name);
        Assert.Equal("json", WireNegotiation.Choose(Registry, null, "application/x-protobuf", typeof(ProtectionTask))?.Name);
        Assert.Null(WireNegotiation.Choose(Registry, "application/x-protobuf", null, typeof(ProtectionTask)));
        Assert.Equal(
            "Nothing in Accept can be answered. Offered: application/json, application/msgpack.",
            WireNegotiation.NotAcceptable(Registry, typeof(ProtectionTask)));
    }

    [Theory]
    [InlineData("application/x-python-pickle", "pickle")]
    [InlineData("application/python-pickle; protocol=5", "pickle")]
    [InlineData("text/yaml", "YAML")]
    [InlineData("application/YAML", "YAML")]
    [InlineData("application/x-java-serialized-object", "Java")]
    [InlineData("application/x-dotnet-binaryformatter", ".NET")]
    [InlineData("application/x-ms-nrbf", ".NET")]
    public void Formats_that_run_code_are_refused_with_a_reason(string mediaType, string named)
    {
        Assert.Contains(named, RefusedMediaTypes.ReasonFor(mediaType), StringComparison.Ordinal);
        Assert.False(WireNegotiation.TryGetReader(Registry, mediaType, out _));
        var sentence = WireNegotiation.UnsupportedMediaType(Registry, mediaType);
        Assert.Contains(named, sentence, StringComparison.Ordinal);
        Assert.Contains("application/vnd.apache.thrift.compact", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_offered_is_not_refused() =>
        Assert.All(Registry.All.SelectMany(p => p.MediaTypes), type => Assert.Null(RefusedMediaTypes.ReasonFor(type)));
}
