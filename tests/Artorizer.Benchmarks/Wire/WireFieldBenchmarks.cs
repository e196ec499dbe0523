using System.Text.Json;
using Artorizer.Contracts.Wire;
using Artorizer.Contracts.Wire.CapnProto;
using BenchmarkDotNet.Attributes;

namespace Artorizer.Benchmarks.Wire;

/// <summary>One field alone, the state of the last job of the large structure: what Cap'n Proto is made for.</summary>
public class WireFieldBenchmarks
{
    // Pointers of JobList and Job in artorizer.capnp: jobs is the first of its struct, status the third.
    private const int JobsPointer = 0;
    private const int StatusPointer = 2;
    private const int Structs = 7;

    private readonly byte[] _json = Large.Bytes(WireProtocols.All.Single(p => p.Name == "json"));
    private readonly byte[] _capnProto = Large.Bytes(WireProtocols.All.Single(p => p.Name == "capnp"));

    private static WireScenario Large => WireScenario.All.Single(s => s.Name == "large structure");

    /// <summary>Sees that both read the same.</summary>
    [GlobalSetup]
    public void Check()
    {
        if (Json() != CapnProto())
        {
            throw new InvalidOperationException($"{Json()} is not {CapnProto()}.");
        }
    }

    /// <summary>Reads up to the field, passing over what lies before.</summary>
    [Benchmark]
    public string Json()
    {
        var reader = new Utf8JsonReader(_json);
        for (var job = 0; job < WireScenario.Jobs && reader.Read();)
        {
            if (reader.CurrentDepth == 2 && reader.TokenType == JsonTokenType.StartObject && ++job < WireScenario.Jobs)
            {
                reader.Skip();
            }
        }

        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("status"u8))
            {
                reader.Read();
                return reader.GetString()!;
            }

            reader.Skip();
        }

        throw new InvalidOperationException("The list has no such field.");
    }

    /// <summary>Follows two pointers to it.</summary>
    [Benchmark]
    public string CapnProto()
    {
        var reader = new CapnProtoReader(_capnProto);
        var list = reader.ReadList(reader.Pointer(reader.ReadStruct(reader.Root), JobsPointer)!.Value, Structs);
        return reader.ReadText(reader.Pointer(CapnProtoReader.Element(list, WireScenario.Jobs - 1), StatusPointer)!.Value, isWord: false);
    }
}
