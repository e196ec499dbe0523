using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire;

namespace Artorizer.IntegrationTests.Wire;

/// <summary>MessagePack against python-msgpack and msgpackr.</summary>
public sealed class MessagePackPeerTests
{
    private static readonly MessagePackWireProtocol Protocol = new();

    public static TheoryData<string> Peers => ["python", "node"];

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task Every_message_passes_through_the_peer(string name)
    {
        using var peer = await StartAsync(name);
        foreach (var message in WireSamples.All)
        {
            var seen = await peer.DecodeAsync(WireSamples.Serialize(Protocol, message));
            Assert.True(JsonNode.DeepEquals(Numbers(JsonNode.Parse(WireSamples.Json(message))), Numbers(seen)), $"{name} sees {seen}");

            var back = WireSamples.Deserialize(Protocol, message.GetType(), new ReadOnlySequence<byte>(await peer.EncodeAsync(seen)));
            Assert.Equal(
                Numbers(JsonNode.Parse(WireSamples.Json(message)))?.ToJsonString(), Numbers(JsonNode.Parse(WireSamples.Json(back)))?.ToJsonString());
        }
    }

    [Theory]
    [InlineData("python", """{"b":{"$b":"AAEC/w=="},"t":{"$t":"1577836800.500000000"},"old":{"$t":"-1.000000100"},"e":{"$e":[5,"AQI="]},"i":[0,-1,255,65536,4294967296,18446744073709551615,-9223372036854775808],"f":[0.5,1e+300],"z":[0,"",[],{},false,null]}""")]
    [InlineData("node", """{"b":{"$b":"AAEC/w=="},"t":{"$d":1577836800500},"old":{"$d":-1},"e":{"$e":[5,"AQI="]},"i":[0,-1,255,65536,{"$i":"18446744073709551615"},{"$i":"-9223372036854775808"}],"f":[0.5,1e+300],"z":[0,"",[],{},false,null]}""")]
    public async Task Task_data_of_the_peer_come_back_to_it_as_they_were(string name, string data)
    {
        using var peer = await StartAsync(name);
        var value = new JsonObject { ["type"] = "echo", ["data"] = JsonNode.Parse(data) };

        var request = Protocol.Deserialize<TaskRequest>(new ReadOnlySequence<byte>(await peer.EncodeAsync(value)));
        var task = WireSamples.Task with { TaskData = request.Data, Result = request.Data };
        var seen = await peer.DecodeAsync(WireSamples.Serialize(Protocol, task));

        Assert.Equal(Payload.MessagePack, request.Data!.Format);
        Assert.Equal(JsonNode.Parse(data)!.ToJsonString(), seen!["task_data"]!.ToJsonString());
        Assert.Equal(JsonNode.Parse(data)!.ToJsonString(), seen["result"]!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task A_megabyte_of_bytes_has_no_base64_about_it(string name)
    {
        using var peer = await StartAsync(name);
        var bytes = new byte[1 << 20];
        Random.Shared.NextBytes(bytes);

        var sent = WireSamples.Serialize(Protocol, new TaskRequest { Type = "t", Data = new Payload(Payload.Binary, bytes) });
        var seen = await peer.DecodeAsync(sent);

        Assert.InRange(sent.Length, bytes.Length, bytes.Length + 32);
        Assert.Equal(bytes, Convert.FromBase64String((string)seen!["data"]!["$b"]!));
    }

    private static async Task<WirePeer> StartAsync(string name)
    {
        if (name == "python")
        {
            await WireTools.RequirePythonModuleAsync("msgpack", "python3-msgpack");
            return new WirePeer(WireTools.Python, Path.Combine(WireTools.Peers, "peer.py"), "msgpack");
        }

        var node = WireTools.Require("node", "nodejs");
        if (!Directory.Exists(Path.Combine(WireTools.Peers, "node_modules", "msgpackr")))
        {
            await WireTools.RunAsync(
                WireTools.Require("npm", "npm"),
                ["--prefix", WireTools.Peers, "install", "--omit=optional", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund"]);
        }

        return new WirePeer(node, Path.Combine(WireTools.Peers, "peer.mjs"));
    }

    // JavaScript knows milliseconds only.
    private static JsonValue Time(decimal seconds) => JsonValue.Create((double)decimal.Round(seconds, 3, MidpointRounding.ToZero));

    /// <summary>Brings numbers and times to one form: 4.0 and 4, and integers that JavaScript shows as {"$i": …}.</summary>
    private static JsonNode? Numbers(JsonNode? node) => node switch
    {
        JsonObject map when map["$t"] is { } seconds => Time(decimal.Parse((string)seconds!, System.Globalization.CultureInfo.InvariantCulture)),
        JsonObject map when map["$d"] is { } milliseconds => Time((decimal)(double)milliseconds / 1000),
        JsonValue value when value.TryGetValue<string>(out var text) && text.Length > 19 && text[10] == 'T'
            && value.TryGetValue<DateTimeOffset>(out var time) =>
            Time((time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / 10_000_000m),
        JsonObject map when map["$i"] is { } number =>
            JsonValue.Create((double)decimal.Parse((string)number!, System.Globalization.CultureInfo.InvariantCulture)),
        JsonObject map => new JsonObject(map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Numbers(p.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Numbers)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => JsonValue.Create(value.GetValue<double>()),
        _ => node?.DeepClone(),
    };
}
