using System.Buffers;
using System.Text.Json.Nodes;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.ProtectionRpc;
using Artorizer.Contracts.TaskRpc;
using Artorizer.Contracts.Wire;
using Google.Protobuf.Reflection;

namespace Artorizer.IntegrationTests.Wire;

/// <summary>Protobuf against python3-protobuf, which is given nothing but our compiled schema.</summary>
public sealed class ProtobufPeerTests
{
    [Fact]
    public async Task Every_message_passes_through_the_peer()
    {
        await WireTools.RequirePythonModuleAsync("google.protobuf", "python3-protobuf");
        using var peer = new WirePeer(WireTools.Python, Path.Combine(WireTools.Peers, "peer.py"), "protobuf");
        FileDescriptor[] files =
        [
            Google.Protobuf.WellKnownTypes.TimestampReflection.Descriptor,
            TaskdaemonReflection.Descriptor, ApiReflection.Descriptor, ProtectionReflection.Descriptor,
        ];
        await peer.AskAsync(new JsonObject
        {
            ["mode"] = "schema",
            ["files"] = new JsonArray([.. files.Select(f => JsonValue.Create(f.SerializedData.ToBase64()))]),
        });

        var protocol = new ProtobufWireProtocol();
        foreach (var message in WireSamples.All)
        {
            var package = message is HealthView or Contracts.Api.TaskRequest or TaskSubmittedView or TaskView or TaskView[] or TaskMetricsView
                ? "taskdaemon"
                : "artorizer.v1";
            var type = $"{package}.{WireExpectations.SchemaName(message)}";
            var seen = await peer.DecodeAsync(WireSamples.Serialize(protocol, message), type);
            WireExpectations.AssertTexts(message, seen);

            var back = WireSamples.Deserialize(protocol, message.GetType(), new ReadOnlySequence<byte>(await peer.EncodeAsync(seen, type)));
            WireExpectations.AssertSame(message, back);
        }
    }
}
