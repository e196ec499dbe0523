using System.Buffers;
using System.Diagnostics;
using Artorizer.Contracts.Wire;
using BenchmarkDotNet.Attributes;

namespace Artorizer.Benchmarks.Wire;

/// <summary>Serialise and deserialise, every protocol, every scenario.</summary>
[MemoryDiagnoser]
public class WireBenchmarks
{
    private readonly ArrayBufferWriter<byte> _output = new(2 << 20);
    private IWireProtocol _protocol = WireProtocols.All[0];
    private ReadOnlySequence<byte> _input;

    /// <summary>Protocols, JSON first.</summary>
    public static IEnumerable<string> Protocols => WireProtocols.All.Select(p => p.Name);

    /// <summary>Scenarios.</summary>
    public static IEnumerable<WireScenario> Scenarios => WireScenario.All;

    [ParamsSource(nameof(Scenarios))]
    public WireScenario Scenario { get; set; } = WireScenario.All[0];

    [ParamsSource(nameof(Protocols))]
    public string Protocol { get; set; } = "json";

    [GlobalSetup]
    public void Setup()
    {
        _protocol = WireProtocols.All.Single(p => p.Name == Protocol);
        _input = new ReadOnlySequence<byte>(Scenario.Bytes(_protocol));

        // The JIT compiles hot code anew in the background; let it finish before anything is measured.
        for (var round = 0; round < 3; round++)
        {
            for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started).TotalMilliseconds < 100;)
            {
                Serialize();
                Deserialize();
            }

            Thread.Sleep(150);
        }
    }

    [Benchmark]
    public int Serialize()
    {
        _output.ResetWrittenCount();
        Scenario.Serialize(_protocol, _output);
        return _output.WrittenCount;
    }

    [Benchmark]
    public object Deserialize() => Scenario.Deserialize(_protocol, _input);
}
