using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Artorizer.Benchmarks.Submits;

namespace Artorizer.Benchmarks.Listeners;

/// <summary>Memory of the embedded host for each listener that waits for a job's next event.</summary>
internal static class ListenerBenchmark
{
    private const int First = 50;
    private const double Mebibyte = 1 << 20;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(8);

    public static async Task RunAsync(string[] arguments)
    {
        var count = arguments is [var text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 1000;
        var results = new List<(string Name, double Grown)>();
        foreach (var (name, request) in new (string, Func<string, string>)[]
        {
            ("server-sent events", id => $"GET /jobs/{id}/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"),
            ("WebSocket", id => $"GET /jobs/{id}/progress HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
            ("server-sent events of all tasks", _ => "GET /api/tasks/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        })
        {
            results.Add((name, await MeasureAsync(count, request)));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {count} listeners that wait | MiB | KiB each |"));
        Console.WriteLine("|---|--:|--:|");
        foreach (var (name, grown) in results)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {grown / Mebibyte:0.0} | {grown / 1024 / count:0.0} |"));
        }
    }

    private static async Task<double> MeasureAsync(int count, Func<string, string> request)
    {
        await using var host = await StandaloneHost.StartAsync(SubmitBenchmark.Settings);
        using var http = new HttpClient { BaseAddress = host.Address };
        using var answer = await http.PostAsJsonAsync("queue", new { type = "sleep", data = new { ms = 3_600_000 } });
        var id = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["job_id"]!;
        var bytes = Encoding.ASCII.GetBytes(request(id));

        // The first ones load the code.
        var sockets = new List<Socket>();
        await ListenAsync(sockets, First, host.Address.Port, bytes);
        await Task.Delay(Settling);
        var before = host.ResidentBytes();
        await ListenAsync(sockets, count, host.Address.Port, bytes);
        await Task.Delay(Settling);
        var grown = host.ResidentBytes() - before;
        sockets.ForEach(socket => socket.Dispose());
        return grown;
    }

    private static async Task ListenAsync(List<Socket> sockets, int count, int port, byte[] request)
    {
        var buffer = new byte[4096];
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            sockets.Add(socket);
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
            await socket.SendAsync(request);
            var read = await socket.ReceiveAsync(buffer);
            var head = Encoding.ASCII.GetString(buffer, 0, read);
            if (!head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) && !head.StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"The host answered: {head}");
            }
        }
    }
}
