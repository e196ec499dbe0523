using System.Text;
using Artorizer.Contracts.TaskRpc;

namespace Artorizer.IntegrationTests.Api;

/// <summary>Connections on which nothing comes, or half of something, are not held for ever.</summary>
public sealed class SilentPeerTests(ApiFixture api) : ApiTest(api)
{
    [Fact]
    public async Task A_connection_that_says_nothing_is_closed()
    {
        var host = await StartAsync(new Dictionary<string, string?>
        {
            ["Limits:RequestHeadersTimeout"] = "00:00:01",
            ["Limits:KeepAliveTimeout"] = "00:00:02",
            ["Limits:UploadGracePeriod"] = "00:00:01.5",
            ["Uploads:IdleTimeout"] = "00:00:01",
            ["Uploads:KeepAlive"] = "00:00:01",
        });
        var (http, grpc) = (host.Address.Port, host.GrpcAddress.Port);
        var jobId = await host.Client.QueueAsync(new { type = "sleep", data = new { ms = 3_600_000 } });
        static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);
        var peers = new (string Name, RawPeer Peer, string Said)[]
        {
            ("nothing", await RawPeer.SendAsync(http, []), ""),
            ("half a request", await RawPeer.SendAsync(http, Text("GET /health HTTP/1.1\r\nHost: local")), "HTTP/1.1 408 "),
            ("half a body", await RawPeer.SendAsync(http, Text(
                $"POST /queue HTTP/1.1\r\nHost: localhost:{http}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
                    + "{\"type\":")), "HTTP/1.1 408 "),
            ("nothing over HTTP/2", await RawPeer.SendAsync(grpc, []), ""),
            ("half a preface", await RawPeer.SendAsync(grpc, RawPeer.Preface[..10]), ""),
            ("an HTTP/2 connection without a request", await RawPeer.SendAsync(grpc, [.. RawPeer.Preface, 0, 0, 0, 4, 0, 0, 0, 0, 0]), ""),
            ("a gRPC listener that answers no ping",
                await RawPeer.CallAsync(grpc, "taskdaemon.TaskDaemon/StreamTasks", new StreamRequest(), wide: true), ""),
            ("an upload's socket", await RawPeer.UpgradeAsync(http, "protect"), ""),
            ("half a frame", await RawPeer.UpgradeAsync(http, "protect", 0x81, 0xFE, 1, 0, 0, 0, 0, 0, (byte)'{'), ""),
            ("a listener's socket that answers no ping", await RawPeer.UpgradeAsync(http, $"jobs/{jobId}/progress"), ""),
        };
        try
        {
            var ends = peers.Select(p => p.Peer.EndAsync()).ToArray();
            await Eventually.TrueAsync(() => ends.All(end => end.IsCompleted), TimeSpan.FromSeconds(30));
            foreach (var ((name, _, said), end) in peers.Zip(ends))
            {
                Assert.True((await end).StartsWith(said, StringComparison.Ordinal), $"{name}: {await end}");
            }
        }
        finally
        {
            Array.ForEach(peers, p => p.Peer.Dispose());
        }

        using var deleted = await host.Client.DeleteAsync(new Uri($"jobs/{jobId}", UriKind.Relative), Token);
    }
}
