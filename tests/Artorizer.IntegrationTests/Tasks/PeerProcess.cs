using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Artorizer.IntegrationTests.Tasks;

/// <summary>A gRPC client in another language, in its own process, that takes a JSON line and answers with one.</summary>
public sealed class PeerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly SemaphoreSlim _turn = new(1);

    private PeerProcess(Process process) => _process = process;

    public static async Task<PeerProcess> StartAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var peer = new PeerProcess(Process.Start(start)!);
        peer._process.ErrorDataReceived += (_, line) =>
        {
            lock (peer._errors)
            {
                peer._errors.AppendLine(line.Data);
            }
        };
        peer._process.BeginErrorReadLine();
        peer.Greeting = await peer.ReadAsync<JsonElement>();
        return peer;
    }

    /// <summary>The line that the peer printed when it was ready.</summary>
    public JsonElement Greeting { get; private set; }

    public async Task<T> AskAsync<T>(object command)
    {
        await _turn.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command, Json));
            await _process.StandardInput.FlushAsync();
            return await ReadAsync<T>();
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The end of its input ends the peer.
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _turn.Dispose();
    }

    private async Task<T> ReadAsync<T>()
    {
        try
        {
            var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Timeout);
            return line is null
                ? throw new InvalidOperationException("The peer ended.")
                : JsonSerializer.Deserialize<T>(line, Json)!;
        }
        catch (Exception exception)
        {
            string errors;
            lock (_errors)
            {
                errors = _errors.ToString();
            }

            throw new InvalidOperationException($"{exception.Message} Its standard error was:\n{errors}", exception);
        }
    }
}
