using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire;
using FsCheck;
using FsCheck.Fluent;

namespace Artorizer.UnitTests.Wire;

public sealed class WirePropertyTests
{
    private const long MaxAllocation = 16 * 1024 * 1024;
    private static readonly TimeSpan MaxTime = TimeSpan.FromMilliseconds(50);

    public static TheoryData<string> Protocols => [.. WireProtocols.All.Select(p => p.Name)];

    public static TheoryData<string> ProtocolsWithTables => [.. WireProtocols.All.Where(p => p is not JsonWireProtocol).Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Any_JSON_task_data_round_trip(string name)
    {
        var protocol = WireProtocols.All.Single(p => p.Name == name);
        Prop.ForAll(WireValues.Json, data => SameJson(Back(protocol, data), data)).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Any_MessagePack_task_data_round_trip(string name)
    {
        var protocol = WireProtocols.All.Single(p => p.Name == name);
        Prop.ForAll(WireValues.MessagePack, data =>
        {
            var back = Back(protocol, data);
            return name == "json" ? SameJson(back, data) : back == data;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Any_bytes_end_in_a_value_or_a_clean_error(string name)
    {
        var protocol = WireProtocols.All.Single(p => p.Name == name);
        Prop.ForAll<byte[]>(bytes => AllDecoders(protocol, bytes ?? [])).Check(Config.QuickThrowOnFailure.WithMaxTest(TestLength.Of(500, 100_000)));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Any_damage_to_a_message_ends_in_a_value_or_a_clean_error(string name)
    {
        var protocol = WireProtocols.All.Single(p => p.Name == name);
        var messages = WireSamples.All.Select(m => (m.GetType(), Bytes: WireSamples.Serialize(protocol, m))).ToArray();
        Prop.ForAll<int, int, byte>((at, what, value) =>
        {
            foreach (var (type, bytes) in messages.Where(m => m.Bytes.Length > 0))
            {
                var damaged = bytes.ToArray();
                var place = (int)((uint)(at * 7919) % (uint)damaged.Length);
                damaged = ((uint)what % 4) switch
                {
                    0 => [.. damaged[..place], value, .. damaged[(place + 1)..]],
                    1 => damaged[..place],
                    2 => [.. damaged[..place], .. damaged[(place + 1)..]],
                    _ => [.. damaged[..place], value, .. damaged[place..]],
                };
                Decode(protocol, type, damaged);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(TestLength.Of(300, 50_000)));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Lies_about_length_cost_nothing(string name)
    {
        var protocol = WireProtocols.All.Single(p => p.Name == name);
        string[] bodies =
        [
            "", "00", "c1", "ddffffffff", "dfffffffff", "c6ffffffff", "dbffffffff",
            "c9ffffffff00", "81a464617461ddffffffff", "81a46461746181a161dbffffffff",
            "0affffffff0f", "0affffffffffffffff7f", "12ffffffff0741", "ffffffffffffffffffff01", "0b", "80808080808080808080",
            "18ffffffff0f", "19fcffffffff0f", "1bffffffff0f88", "0b00017fffffff", "0f00010c7fffffff", "0d00090b0b7fffffff", "0f00010200100000",
            "ffffffffffffffff", "0000000001000000" + "0000000000000000",
            "0000000001000000" + "fcffffff00000100", "0000000001000000" + "00000000ffffffff",
            "000000000200000000000000000001000100000007000000", "0000000003000000000000000000010001000000ffffffffffffffff00000000",
            "00ff00ff00ff00ff00ff", "ff0000000000000000ff", "ff", "1001",
        ];
        foreach (var body in bodies)
        {
            AllDecoders(protocol, Convert.FromHexString(body));
        }

        AllDecoders(protocol, Encoding.ASCII.GetBytes(new string('[', 200_000)));
        AllDecoders(protocol, [.. Enumerable.Repeat((byte)0x91, 200_000)]);
        AllDecoders(protocol, [.. Enumerable.Repeat((byte)0x81, 200_000)]);
        AllDecoders(protocol, [0x81, 0xa1, (byte)'?', .. Enumerable.Repeat((byte)0x91, 200_000)]);
        AllDecoders(protocol, [0x81, 0xa1, (byte)'?', .. Enumerable.Repeat<byte[]>([0x81, 0x00], 100_000).SelectMany(b => b)]);
        AllDecoders(protocol, [.. Enumerable.Repeat((byte)0x0b, 200_000)]);
        AllDecoders(protocol, [.. Enumerable.Repeat((byte)0x1c, 200_000)]);
        AllDecoders(protocol, [.. Enumerable.Repeat((byte)0x19, 200_000)]);
        AllDecoders(protocol, [.. Enumerable.Repeat<byte[]>([0x00, 0xff], 100_000).SelectMany(b => b)]);
        AllDecoders(protocol, [.. Enumerable.Repeat<byte[]>([0x0a, 0x00], 100_000).SelectMany(b => b)]);
        AllDecoders(protocol, [.. Enumerable.Repeat<byte[]>([0x0c, 0x00, 0x01], 70_000).SelectMany(b => b)]);
    }

    [Fact]
    public void Cap_n_Proto_pointers_to_the_same_place_cannot_multiply_it()
    {
        const int Length = 100_000;
        var message = new JobResultView
        {
            JobId = "j",
            ArtworkId = "a",
            Title = "t",
            Artist = "r",
            Tags = [new string('x', Length), .. Enumerable.Repeat("", 5_000)],
        };
        var bytes = WireSamples.Serialize(CapnProtoWireProtocol.Unpacked, message);
        var words = MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan());

        // The pointer to the long text: a list of bytes, NUL included. Those behind it are led to the same text.
        var first = words.IndexOf(words.ToArray().Single(w => w >> 32 == (2 | ((Length + 1) << 3))));
        for (var i = 1; i <= 5_000; i++)
        {
            words[first + i] = words[first] - ((ulong)i << 2);
        }

        Decode(CapnProtoWireProtocol.Unpacked, typeof(JobResultView), bytes);
        Assert.Throws<WireFormatException>(() => CapnProtoWireProtocol.Unpacked.Deserialize<JobResultView>(new ReadOnlySequence<byte>(bytes)));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Task_data_nest_64_levels_and_no_more(string name)
    {
        var protocol = WireProtocols.All.Single(p => p.Name == name);
        var deep = Payload.FromJson(new string('[', 64) + new string(']', 64));
        var deeper = Payload.FromJson(new string('[', 65) + new string(']', 65));

        Assert.True(SameJson(Back(protocol, deep), deep));
        Assert.Throws<WireFormatException>(() => Back(protocol, deeper));
    }

    [Theory]
    [MemberData(nameof(ProtocolsWithTables))]
    public void A_list_of_too_many_elements_is_refused(string name)
    {
        var protocol = WireProtocols.All.Single(p => p.Name == name);
        var bytes = WireSamples.Serialize(
            protocol,
            new JobResultView
            {
                JobId = "j",
                ArtworkId = "a",
                Title = "t",
                Artist = "r",
                Tags = [.. Enumerable.Repeat("", WireLimits.Elements + 1)],
            });

        var e = Assert.Throws<WireFormatException>(() => protocol.Deserialize<JobResultView>(new ReadOnlySequence<byte>(bytes)));
        Assert.Contains("20000", e.Message, StringComparison.Ordinal);
    }

    private static void AllDecoders(IWireProtocol protocol, byte[] bytes)
    {
        Decode(protocol, typeof(TaskRequest), bytes);
        Decode(protocol, typeof(TaskView[]), bytes);
        Decode(protocol, typeof(JobListView), bytes);
        Decode(protocol, typeof(JobResultView), bytes);
        Decode(protocol, typeof(HealthView), bytes);
        Decode(protocol, null, bytes);
    }

    /// <summary>Decodes within the limits; a time over the limit must repeat, so that a busy machine is not taken for a slow decoder.</summary>
    private static void Decode(IWireProtocol protocol, Type? type, byte[] bytes)
    {
        var fastest = TimeSpan.MaxValue;
        for (var attempt = 0; attempt < 20 && fastest > MaxTime; attempt++)
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            try
            {
                var input = new ReadOnlySequence<byte>(bytes);
                _ = type is null ? protocol.ReadFields(input) : WireSamples.Deserialize(protocol, type, input);
            }
            catch (WireFormatException)
            {
                // The clean error.
            }

            var elapsed = Stopwatch.GetElapsedTime(started);
            fastest = elapsed < fastest ? elapsed : fastest;
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, MaxAllocation);
        }

        Assert.True(fastest <= MaxTime, $"{protocol.Name} took {fastest.TotalMilliseconds:F0} ms over {bytes.Length} bytes");
    }

    private static Payload Back(IWireProtocol protocol, Payload data) =>
        protocol.Deserialize<TaskRequest>(
            new ReadOnlySequence<byte>(WireSamples.Serialize(protocol, new TaskRequest { Type = "t", Data = data }))).Data!;

    private static bool SameJson(Payload one, Payload other)
    {
        using var first = JsonDocument.Parse(PayloadTranscoder.ToJson(one));
        using var second = JsonDocument.Parse(PayloadTranscoder.ToJson(other));
        return JsonElement.DeepEquals(first.RootElement, second.RootElement);
    }
}
