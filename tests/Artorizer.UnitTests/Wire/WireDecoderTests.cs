using System.Buffers;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire;
using Google.Protobuf;
using Rpc = Artorizer.Contracts.ProtectionRpc;

namespace Artorizer.UnitTests.Wire;

/// <summary>
/// What encoders may do though ours do not: fields in another order, lists in pieces, messages in two
/// parts; and numbers of every length.
/// </summary>
public sealed class WireDecoderTests
{
    private static readonly ProtobufWireProtocol Protobuf = new();

    public static TheoryData<string> Protocols => [.. WireProtocols.All.Select(p => p.Name)];

    [Fact]
    public void Protobuf_messages_in_two_parts_are_merged_as_the_generated_class_does()
    {
        var first = WireSamples.All.OfType<JobResultView>().First();
        var second = first with
        {
            Tags = ["four"],
            Hashes = new() { ["average_hash"] = "0x1", ["difference_hash"] = "0x2" },
            Formats = new() { ["mask"] = new ArtifactView("image/webp", 5, null) },
            Analysis = Payload.FromJson("""{"height":4}"""),
            Error = new JobError("", "other"),
        };
        byte[] both = [.. WireSamples.Serialize(Protobuf, first), .. WireSamples.Serialize(Protobuf, second)];

        var merged = Rpc.JobResult.Parser.ParseFrom(both).ToByteArray();

        Assert.Equal(Json<JobResultView>(merged), Json<JobResultView>(both));
        Assert.Equal(["one", "", "drei", "four"], Read<JobResultView>(both).Tags);
        Assert.Equal("""{"height":4}"""u8, Read<JobResultView>(both).Analysis!.Bytes.Span);
    }

    [Fact]
    public void Protobuf_lists_of_messages_come_in_pieces()
    {
        var page = new JobListView([WireSamples.Job, WireSamples.Job with { TaskId = 2 }], "next");
        byte[] both = [.. WireSamples.Serialize(Protobuf, page), .. WireSamples.Serialize(Protobuf, page with { NextCursor = "last" })];

        var back = Read<JobListView>(both);

        Assert.Equal([WireSamples.Job.TaskId, 2, WireSamples.Job.TaskId, 2], back.Jobs.Select(j => j.TaskId));
        Assert.Equal("last", back.NextCursor);
    }

    [Fact]
    public void MessagePack_times_that_no_calendar_has_are_refused_by_name()
    {
        byte[] body = [0x81, 0xac, .. "submitted_at"u8, .. Convert.FromHexString("c70cff000000007fffffffffffffff")];

        var refused = Assert.Throws<WireFormatException>(() => new MessagePackWireProtocol().Deserialize<JobView>(new ReadOnlySequence<byte>(body)));

        Assert.Equal("submitted_at is not a time.", refused.Message);
    }

    [Theory]
    [InlineData("ddffffffff")]
    [InlineData("dfffffffff")]
    [InlineData("dbffffffff")]
    [InlineData("c6ffffffff")]
    [InlineData("c9ffffffff00")]
    [InlineData("c1")]
    public void MessagePack_values_of_unknown_keys_are_what_they_say(string hex)
    {
        // {"x": …, "type": "echo"}
        byte[] body = [0x82, 0xa1, (byte)'x', .. Convert.FromHexString(hex), 0xa4, .. "type"u8, 0xa4, .. "echo"u8];

        Assert.Throws<WireFormatException>(() => new MessagePackWireProtocol().Deserialize<TaskRequest>(new ReadOnlySequence<byte>(body)));
    }

    [Fact]
    public void MessagePack_values_of_unknown_keys_nest_no_deeper_than_others()
    {
        byte[] body = [0x81, 0xa1, (byte)'x', .. Enumerable.Repeat((byte)0x91, 200_000), 0xc0];

        Assert.Throws<WireFormatException>(() => new MessagePackWireProtocol().Deserialize<TaskRequest>(new ReadOnlySequence<byte>(body)));
    }

    [Theory]
    [InlineData("thrift-compact", "35060804013500")]
    [InlineData("thrift-binary", "080003000000030b0002000000013500")]
    public void Thrift_has_a_format_before_its_payload(string protocol, string hex)
    {
        var request = WireProtocols.All.Single(p => p.Name == protocol)
            .Deserialize<TaskRequest>(new ReadOnlySequence<byte>(Convert.FromHexString(hex)));

        Assert.Equal(Payload.Binary, request.Data!.Format);
        Assert.Equal("5"u8, request.Data.Bytes.Span);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Integers_of_every_length_survive(string protocol)
    {
        var wire = WireProtocols.All.Single(p => p.Name == protocol);
        foreach (var number in Enumerable.Range(0, 64).SelectMany(bit => new[] { (1L << bit) - 1, 1L << bit, -(1L << bit), ~(1L << bit) }))
        {
            var output = new ArrayBufferWriter<byte>();
            wire.Serialize(new JobEventView { JobId = "", Type = "", Sequence = number }, output);

            Assert.Equal(number, wire.Deserialize<JobEventView>(new ReadOnlySequence<byte>(output.WrittenMemory)).Sequence);
            if (wire is ProtobufWireProtocol)
            {
                Assert.Equal(number, Rpc.JobEvent.Parser.ParseFrom(output.WrittenSpan).Sequence);
            }
        }
    }

    [Theory]
    [InlineData("28", "ends in the middle")]
    [InlineData("28ff", "ends in the middle")]
    [InlineData("28ffffffffffffffff", "ends in the middle")]
    [InlineData("28ffffffffffffffffffff01", "longer than ten bytes")]
    public void Protobuf_numbers_that_do_not_end_are_refused(string hex, string expected) =>
        Assert.Contains(
            expected, Assert.Throws<WireFormatException>(() => Read<TaskRequest>(Convert.FromHexString(hex))).Message, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Words_are_shared_and_never_mixed_up(string protocol)
    {
        var wire = WireProtocols.All.Single(p => p.Name == protocol);
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 5000; i++)
            {
                var name = string.Create(i % 40, i, (text, seed) => text.Fill((char)('a' + (seed % 26)))) + i;
                Assert.Equal(name, Again(wire, name));
            }
        }

        if (wire is not JsonWireProtocol)
        {
            Assert.Same(Again(wire, "watermark"), Again(wire, "watermark"));
        }
    }

    [Fact]
    public void Words_that_are_no_text_are_refused_each_time()
    {
        for (var round = 0; round < 2; round++)
        {
            Assert.Throws<WireFormatException>(() => Read<TaskView>([0x12, 0x02, 0xc3, 0x28]));
        }
    }

    private static string Again(IWireProtocol wire, string type)
    {
        var output = new ArrayBufferWriter<byte>();
        wire.Serialize(new JobEventView { JobId = "", Type = type }, output);
        return wire.Deserialize<JobEventView>(new ReadOnlySequence<byte>(output.WrittenMemory)).Type;
    }

    private static T Read<T>(byte[] bytes)
        where T : notnull => Protobuf.Deserialize<T>(new ReadOnlySequence<byte>(bytes));

    private static string Json<T>(byte[] bytes)
        where T : notnull => WireSamples.Json(Read<T>(bytes));
}
