using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Artorizer.IntegrationTests.Wire;

/// <summary>A peer program that answers requests, a line of JSON each.</summary>
internal sealed class WirePeer : IDisposable
{
    private readonly Process _process;

    public WirePeer(string program, params string[] arguments) =>
        _process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;

    /// <summary>What the peer reads in bytes of ours.</summary>
    public async Task<JsonNode?> DecodeAsync(byte[] data, string type = "", string protocol = "") =>
        (await AskAsync(
            new JsonObject { ["mode"] = "decode", ["type"] = type, ["protocol"] = protocol, ["data"] = Convert.ToBase64String(data) }))["value"];

    /// <summary>What the peer makes of a value.</summary>
    public async Task<byte[]> EncodeAsync(JsonNode? value, string type = "", string protocol = "") =>
        Convert.FromBase64String((string)(await AskAsync(
            new JsonObject { ["mode"] = "encode", ["type"] = type, ["protocol"] = protocol, ["value"] = value?.DeepClone() }))["data"]!);

    public async Task<JsonObject> AskAsync(JsonObject request)
    {
        await _process.StandardInput.WriteLineAsync(request.ToJsonString());
        await _process.StandardInput.FlushAsync();
        var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The peer has ended; see its error stream.");
        var answer = JsonNode.Parse(line)!.AsObject();
        return answer["error"] is { } error ? throw new InvalidOperationException($"The peer says: {error}") : answer;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
