using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Artorizer.IntegrationTests.Engine;

/// <summary>Asks a Python process that knows images by other libraries than the engine's.</summary>
public sealed class PillowPeer : IDisposable
{
    private readonly Process _process;
    private readonly SemaphoreSlim _one = new(1, 1);

    public PillowPeer()
    {
        _process = Process.Start(new ProcessStartInfo("/usr/bin/python3")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "Engine", "pillow_peer.py") },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    public async Task<JsonNode> CallAsync(string call, object arguments)
    {
        await _one.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { call, arguments }));
            await _process.StandardInput.FlushAsync();
            var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The Python peer has ended.");
            var answer = JsonNode.Parse(line)!;
            return answer["error"] is { } error ? throw new InvalidOperationException(error.GetValue<string>()) : answer["result"]!;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
        {
            _process.Kill();
        }

        _process.Dispose();
        _one.Dispose();
    }
}
