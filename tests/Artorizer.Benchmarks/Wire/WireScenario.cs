using System.Buffers;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire;
using MessagePack;

namespace Artorizer.Benchmarks.Wire;

/// <summary>A message to measure. Task data are in the form that a client of the protocol at hand would send.</summary>
public abstract class WireScenario
{
    /// <summary>Jobs in the large structure.</summary>
    public const int Jobs = 8;

    /// <summary>The four that the table shows.</summary>
    public static IReadOnlyList<WireScenario> All { get; } =
    [
        new Of<TaskRequest>("small task", p => new TaskRequest { Type = "echo", Data = Data(p, ("message", "hi")) }),
        new Of<JobView>("typical job", _ => WireSamples.Job),
        new Of<JobListView>(
            "large structure", _ => new JobListView([.. Enumerable.Range(0, Jobs).Select(i => WireSamples.Job with { TaskId = i })], "cursor")),
        new Of<TaskRequest>(
            "1 MB with binary", p => new TaskRequest { Type = "protect_image", Data = Data(p, ("file_name", "garden.png"), ("image", Megabyte)) }),
    ];

    /// <summary>Name in the table.</summary>
    public abstract string Name { get; }

    private static byte[] Megabyte
    {
        get
        {
            var bytes = new byte[1 << 20];
            new Random(1).NextBytes(bytes);
            return bytes;
        }
    }

    /// <summary>The message in a protocol.</summary>
    public byte[] Bytes(IWireProtocol protocol)
    {
        var output = new ArrayBufferWriter<byte>();
        Serialize(protocol, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes the message.</summary>
    public abstract void Serialize(IWireProtocol protocol, ArrayBufferWriter<byte> output);

    /// <summary>Reads the message.</summary>
    public abstract object Deserialize(IWireProtocol protocol, in ReadOnlySequence<byte> input);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static Payload Data(IWireProtocol protocol, params (string Key, object Value)[] entries)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteMapHeader(entries.Length);
        foreach (var (key, value) in entries)
        {
            writer.Write(key);
            if (value is byte[] bytes)
            {
                writer.Write(bytes);
            }
            else
            {
                writer.Write((string)value);
            }
        }

        writer.Flush();
        var payload = new Payload(Payload.MessagePack, buffer.WrittenMemory);
        return protocol is JsonWireProtocol ? new Payload(Payload.Json, PayloadTranscoder.ToJson(payload)) : payload;
    }

    private sealed class Of<T>(string name, Func<IWireProtocol, T> message) : WireScenario
        where T : notnull
    {
        private readonly Dictionary<IWireProtocol, T> _messages = [];

        public override string Name => name;

        public override void Serialize(IWireProtocol protocol, ArrayBufferWriter<byte> output)
        {
            if (!_messages.TryGetValue(protocol, out var value))
            {
                _messages[protocol] = value = message(protocol);
            }

            protocol.Serialize(value, output);
        }

        public override object Deserialize(IWireProtocol protocol, in ReadOnlySequence<byte> input) => protocol.Deserialize<T>(input);
    }
}
