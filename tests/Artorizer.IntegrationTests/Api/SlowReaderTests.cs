using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Artorizer.IntegrationTests.Api;

/// <summary>Clients that ask and do not read.</summary>
public sealed class SlowReaderTests(ApiFixture api) : ApiTest(api)
{
    private const int Readers = 24;
    private const int FileBytes = 32 << 20;
    private const long Mebibyte = 1 << 20;

    [Fact]
    public async Task Downloads_that_nobody_reads_cost_little_and_are_cut_off()
    {
        var host = await StartAsync(new Dictionary<string, string?> { ["Limits:MaxReadPause"] = "00:00:03" });
        var jobId = await host.Client.SubmitAsync(Large(FileBytes), "large.jpg");
        await host.Client.EndOfAsync(jobId);
        using (var first = await host.Client.GetAsync(new Uri($"jobs/{jobId}/download/original", UriKind.Relative), Token))
        {
            Assert.Equal(FileBytes, (await first.Content.ReadAsByteArrayAsync(Token)).Length);
        }

        var before = host.ResidentBytes();
        var sockets = Sockets(host);
        var readers = await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => AskAsync(host, jobId)));
        try
        {
            Assert.True(Sockets(host) >= sockets + Readers);
            var peak = 0L;

            // 768 MiB wait to be read.
            await Eventually.TrueAsync(
                () =>
                {
                    peak = Math.Max(peak, host.ResidentBytes());
                    return Sockets(host) <= sockets;
                },
                TimeSpan.FromMinutes(3));
            Assert.True(peak - before < 64 * Mebibyte, $"It grew by {(peak - before) / Mebibyte} MiB.");
        }
        finally
        {
            Array.ForEach(readers, reader => reader.Dispose());
        }

        // Whoever reads is served all the while, and after.
        using var later = await host.Client.GetAsync(new Uri($"jobs/{jobId}/download/original", UriKind.Relative), Token);
        Assert.Equal(FileBytes, (await later.Content.ReadAsByteArrayAsync(Token)).Length);
    }

    /// <summary>Reads the first bytes of the answer, so that it has begun, and no more.</summary>
    private static async Task<Socket> AskAsync(ArtorizerHost host, string jobId)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, host.Address.Port), Token);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /jobs/{jobId}/download/original HTTP/1.1\r\nHost: localhost:{host.Address.Port}\r\n\r\n"), Token);
        var answer = new byte[12];
        var read = 0;
        while (read < answer.Length)
        {
            read += await socket.ReceiveAsync(answer.AsMemory(read), Token);
        }

        Assert.Equal("HTTP/1.1 200", Encoding.ASCII.GetString(answer));
        return socket;
    }

    // Sockets that the process holds open (proc(5)).
    private static int Sockets(ArtorizerHost host) => Directory.EnumerateFileSystemEntries($"/proc/{host.ProcessId}/fd").Count(IsSocket);

    private static bool IsSocket(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true;
        }
        catch (IOException)
        {
            // Closed since it was listed.
            return false;
        }
    }
}
