using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire;
using MessagePack;

namespace Artorizer.UnitTests.Wire;

public sealed class WireRoundTripTests
{
    public static TheoryData<string> Protocols => [.. WireProtocols.All.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Every_message_comes_back_as_it_was(string name)
    {
        var protocol = WireProtocols.All.Single(p => p.Name == name);
        foreach (var message in WireSamples.All)
        {
            Assert.True(protocol.CanCarry(message.GetType()), $"{name} carries {message.GetType().Name}");
            var bytes = WireSamples.Serialize(protocol, message);

            var whole = WireSamples.Deserialize(protocol, message.GetType(), new ReadOnlySequence<byte>(bytes));
            var inPieces = WireSamples.Deserialize(protocol, message.GetType(), WireSamples.Split(bytes, 3));

            Assert.Equal(WireSamples.Json(message), WireSamples.Json(whole));
            Assert.Equal(WireSamples.Json(message), WireSamples.Json(inPieces));
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Absent_and_empty_stay_apart(string name)
    {
        var protocol = WireProtocols.All.Single(p => p.Name == name);
        var absent = new TaskRequest { Type = "t" };
        var falsy = new TaskRequest { Type = "", Data = Payload.FromJson("\"\""), Priority = 0, DelayMs = 0 };

        var absentBack = Back(protocol, absent);
        var falsyBack = Back(protocol, falsy);

        Assert.Equal((null, null, null), (absentBack.Data, absentBack.Priority, absentBack.DelayMs));
        Assert.Equal(("", 0, 0L), (falsyBack.Type, falsyBack.Priority, falsyBack.DelayMs));
        Assert.Equal("\"\"", JsonOf(falsyBack.Data!));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Payloads_pass_untouched_where_the_format_agrees(string name)
    {
        var protocol = WireProtocols.All.Single(p => p.Name == name);

        // {"b": bin, "t": timestamp, "i": uint64} in MessagePack; no JSON could hold it.
        var packed = new Payload(Payload.MessagePack, Convert.FromHexString("83a162c403000102a174d6ff5e0be100a169cfffffffffffffffff"));
        var raw = new Payload(Payload.Binary, new byte[] { 0, 255, 1 });

        var packedBack = Back(protocol, new TaskRequest { Type = "t", Data = packed }).Data!;
        var rawBack = Back(protocol, new TaskRequest { Type = "t", Data = raw }).Data!;

        switch (name)
        {
            case "json":
                Assert.Equal("""{"b":"AAEC","t":"2020-01-01T00:00:00Z","i":18446744073709551615}""", JsonOf(packedBack));
                Assert.Equal("\"AP8B\"", JsonOf(rawBack));
                break;
            case "msgpack":
                Assert.Equal(packed, packedBack);
                Assert.Equal(new Payload(Payload.MessagePack, new byte[] { 0xc4, 3, 0, 255, 1 }), rawBack);
                break;
            default:
                Assert.Equal(packed, packedBack);
                Assert.Equal(raw, rawBack);
                break;
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_megabyte_of_bytes_passes(string name)
    {
        var protocol = WireProtocols.All.Single(p => p.Name == name);
        var data = new Payload(Payload.Binary, new byte[1 << 20]);

        var back = Back(protocol, new TaskRequest { Type = "t", Data = data }).Data!;

        Assert.Equal(JsonOf(data), JsonOf(back));
    }

    [Fact]
    public void Messages_without_a_table_travel_by_MessagePack_too()
    {
        var protocol = new MessagePackWireProtocol();
        var task = new ProtectionTask
        {
            Title = "t",
            Artist = "a",
            Original = new OriginalImage { Key = "k", FileName = "f", ContentType = "image/png", Format = "png", Length = 1, Sha256 = "00" },
            WatermarkStrength = 0.25,
            CallbackUrl = new Uri("http://example.org/"),
        };

        var back = (ProtectionTask)WireSamples.Deserialize(protocol, typeof(ProtectionTask), new(WireSamples.Serialize(protocol, task)));

        Assert.Equal(WireSamples.Json(task), WireSamples.Json(back));
        Assert.False(new ProtobufWireProtocol().CanCarry(typeof(ProtectionTask)));
        Assert.Throws<NotSupportedException>(() => WireSamples.Serialize(new ProtobufWireProtocol(), task));
    }

    [Fact]
    public void MessagePack_shows_what_JSON_shows()
    {
        var protocol = new MessagePackWireProtocol();
        foreach (var message in WireSamples.All)
        {
            var shown = PayloadTranscoder.ToJson(new Payload(Payload.MessagePack, WireSamples.Serialize(protocol, message)));
            Assert.True(
                JsonNode.DeepEquals(Plain(JsonNode.Parse(WireSamples.Json(message))), Plain(JsonNode.Parse(shown.Span))),
                Encoding.UTF8.GetString(shown.Span));
        }
    }

    [Fact]
    public void Tasks_show_times_as_text_in_MessagePack_and_jobs_as_timestamps()
    {
        var protocol = new MessagePackWireProtocol();
        var task = new MessagePackReader(WireSamples.Serialize(protocol, WireSamples.Task));
        var job = new MessagePackReader(WireSamples.Serialize(protocol, WireSamples.Job));

        Assert.Equal("2026-03-01T12:30:15.123+00:00", Find(ref task, "created_at").ReadString());
        Assert.Equal(WireSamples.Job.SubmittedAt.UtcDateTime, Find(ref job, "submitted_at").ReadDateTime());
    }

    private static MessagePackReader Find(ref MessagePackReader map, string key)
    {
        for (var count = map.ReadMapHeader(); count > 0; count--)
        {
            if (map.ReadString() == key)
            {
                return map;
            }

            map.Skip();
        }

        throw new KeyNotFoundException(key);
    }

    /// <summary>Times in one form, and numbers by value.</summary>
    private static JsonNode? Plain(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(p => KeyValuePair.Create(p.Key, Plain(p.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Plain)]),
        JsonValue value when value.TryGetValue<string>(out var text) && text.Length > 19 && text[10] == 'T'
            && value.TryGetValue<DateTimeOffset>(out var time) =>
            JsonValue.Create(time.UtcTicks),
        _ => node?.DeepClone(),
    };

    private static TaskRequest Back(IWireProtocol protocol, TaskRequest request) =>
        protocol.Deserialize<TaskRequest>(new ReadOnlySequence<byte>(WireSamples.Serialize(protocol, request)));

    private static string JsonOf(Payload payload) => Encoding.UTF8.GetString(PayloadTranscoder.ToJson(payload).Span);
}
