using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Artorizer.IntegrationTests.Api;

/// <summary>Uploads that are too large, stop, or lose their client. Spoken by hand over sockets, as HTTP clients do not misbehave.</summary>
[Trait("Topology", "any")]
public sealed class UploadTests(ApiFixture api) : ApiTest(api)
{
    private const int Limit = 1_000_000;
    private const string Path = "/protect?artist_name=a&artwork_title=b";

    private static Dictionary<string, string?> Settings => new()
    {
        ["Limits:MaxFileBytes"] = Limit.ToString(CultureInfo.InvariantCulture),
        ["Limits:UploadGracePeriod"] = "00:00:02",
    };

    [Trait("Stores", "embedded")]
    [Fact]
    public async Task Answers_413_before_the_body_when_its_length_is_told()
    {
        var host = await StartAsync(Settings);
        using var socket = await ConnectAsync(host);

        await SendAsync(
            socket, $"POST {Path} HTTP/1.1\r\nHost: localhost:{host.Address.Port}\r\nContent-Type: image/jpeg\r\nContent-Length: 5000000\r\n\r\n");

        await AssertProblemAsync(await ReadAsync(socket), 413);
        await AssertNothingKeptAsync(host);
    }

    [Trait("Stores", "embedded")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answers_413_while_reading_and_stops_there(bool multipart)
    {
        var host = await StartAsync(Settings);
        using var socket = await ConnectAsync(host);
        var picture = Api.Plain("photo.tif");
        Assert.True(picture.Length > Limit);
        await SendAsync(
            socket,
            $"POST {(multipart ? "/protect" : Path)} HTTP/1.1\r\nHost: localhost:{host.Address.Port}\r\n"
                + $"Content-Type: {(multipart ? "multipart/form-data; boundary=x" : "image/tiff")}\r\nTransfer-Encoding: chunked\r\n\r\n");
        if (multipart)
        {
            await SendChunkAsync(socket, "--x\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.tif\"\r\n\r\n"u8.ToArray());
        }

        // 64 MiB would follow; the host must have answered long before.
        var answer = ReadAsync(socket);
        var sent = 0;
        while (!answer.IsCompleted && sent < 64 << 20)
        {
            var part = new byte[32 * 1024];
            if (sent < picture.Length)
            {
                picture.AsSpan(sent, Math.Min(part.Length, picture.Length - sent)).CopyTo(part);
            }

            try
            {
                await SendChunkAsync(socket, part);
            }
            catch (SocketException)
            {
                // It has closed the connection.
                break;
            }

            sent += part.Length;
            await Task.Yield();
        }

        await AssertProblemAsync(await answer, 413);
        Assert.InRange(sent, Limit / 2, 16 << 20);
        await AssertNothingKeptAsync(host);
    }

    [Fact]
    [Trait("Topology", "own")]
    public async Task Takes_a_file_of_exactly_the_limit_and_none_of_a_byte_more()
    {
        var host = await StartAsync(Settings);
        var small = Api.Plain("tiny.png");
        var padding = Pictures.Chunk("teSt", new byte[Limit - small.Length - 12]);
        byte[] exact = [.. small.AsSpan(0, 33), .. padding, .. small.AsSpan(33)];
        Assert.Equal(Limit, exact.Length);

        await host.Client.SubmitAsync(exact, "a.png");

        byte[] more = [.. small.AsSpan(0, 33), .. Pictures.Chunk("teSt", new byte[Limit - small.Length - 11]), .. small.AsSpan(33)];
        using var answer = await host.Client.ProtectAsync(more, "a.png");
        Assert.Equal("File too large", (string?)(await answer.ProblemAsync(HttpStatusCode.RequestEntityTooLarge))["error"]);
    }

    [Trait("Stores", "embedded")]
    [Fact]
    public async Task Forgets_a_client_that_stalls()
    {
        var host = await StartAsync(Settings);
        var picture = Api.Plain("photo.png");
        using var raw = await ConnectAsync(host);
        await SendAsync(
            raw,
            $"POST {Path} HTTP/1.1\r\nHost: localhost:{host.Address.Port}\r\nContent-Type: image/png\r\nContent-Length: {picture.Length}\r\n\r\n");
        await raw.SendAsync(picture.AsMemory(0, picture.Length / 2), Token);
        using var form = await ConnectAsync(host);
        await SendAsync(
            form,
            $"POST /protect HTTP/1.1\r\nHost: localhost:{host.Address.Port}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
                + "Content-Length: 900000\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\n");
        await form.SendAsync(picture.AsMemory(0, picture.Length / 2), Token);
        await Eventually.TrueAsync(() => StoredState.FilesOf(host.Data).Length == 2);

        var clock = Stopwatch.StartNew();
        await Eventually.TrueAsync(() => StoredState.FilesOf(host.Data).Length == 0);

        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1));
        await AssertNothingKeptAsync(host);
        Assert.StartsWith("HTTP/1.1 408", await ReadAsync(raw), StringComparison.Ordinal);
    }

    [Trait("Stores", "embedded")]
    [Fact]
    public async Task Forgets_a_client_that_disappears()
    {
        var host = await StartAsync(Settings);
        var picture = Api.Plain("photo.png");
        foreach (var abrupt in new[] { false, true })
        {
            using var socket = await ConnectAsync(host);
            await SendAsync(
                socket,
                $"POST {Path} HTTP/1.1\r\nHost: localhost:{host.Address.Port}\r\n"
                    + $"Content-Type: image/png\r\nContent-Length: {picture.Length}\r\n\r\n");
            await socket.SendAsync(picture.AsMemory(0, picture.Length / 2), Token);
            await Eventually.TrueAsync(() => StoredState.FilesOf(host.Data).Length == 1);

            // FIN, or RST.
            socket.LingerState = new LingerOption(abrupt, 0);
            socket.Close();

            await Eventually.TrueAsync(() => StoredState.FilesOf(host.Data).Length == 0);
        }

        await AssertNothingKeptAsync(host);
    }

    [Trait("Stores", "embedded")]
    [Fact]
    public async Task Keeps_a_slow_client_that_goes_on()
    {
        var host = await StartAsync(new Dictionary<string, string?>(Settings) { ["Limits:MinUploadBytesPerSecond"] = "1000" });
        var picture = Api.Picture("small.jpg");
        using var socket = await ConnectAsync(host);
        await SendAsync(
            socket,
            $"POST {Path} HTTP/1.1\r\nHost: localhost:{host.Address.Port}\r\n"
                + $"Content-Type: image/jpeg\r\nContent-Length: {picture.Length}\r\nConnection: close\r\n\r\n");

        // In twenty parts over longer than the grace period, and faster than the slowest rate on average.
        var part = (picture.Length / 20) + 1;
        for (var at = 0; at < picture.Length; at += part)
        {
            await socket.SendAsync(picture.AsMemory(at, Math.Min(part, picture.Length - at)), Token);
            await Task.Delay(150, Token);
        }

        Assert.StartsWith("HTTP/1.1 202", await ReadAsync(socket), StringComparison.Ordinal);
    }

    private static async Task<Socket> ConnectAsync(ArtorizerHost host)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, host.Address.Port, Token);
        return socket;
    }

    private static async Task SendAsync(Socket socket, string text) => await socket.SendAsync(Encoding.ASCII.GetBytes(text), Token);

    private static async Task SendChunkAsync(Socket socket, byte[] data)
    {
        byte[] chunk = [.. Encoding.ASCII.GetBytes($"{data.Length:x}\r\n"), .. data, .. "\r\n"u8];
        for (var sent = 0; sent < chunk.Length;)
        {
            sent += await socket.SendAsync(chunk.AsMemory(sent), Token);
        }
    }

    /// <summary>What the host says until it closes, or until a whole answer with a length is there.</summary>
    private static async Task<string> ReadAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[16 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, Token) is > 0 and var count)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
                if (text.ToString().Contains('}', StringComparison.Ordinal))
                {
                    break;
                }
            }
        }
        catch (SocketException) when (text.Length > 0)
        {
            // Reset after the answer, because the rest of the body was not read.
        }

        return text.ToString();
    }

    private static Task AssertProblemAsync(string answer, int status)
    {
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
        var json = answer[answer.IndexOf('{', StringComparison.Ordinal)..(answer.LastIndexOf('}') + 1)];
        Assert.Equal(status, (int)JsonNode.Parse(json)!["status"]!);
        return Task.CompletedTask;
    }

    private static async Task AssertNothingKeptAsync(ArtorizerHost host)
    {
        await Eventually.TrueAsync(() => StoredState.FilesOf(host.Data).Length == 0);
        var stored = await StoredState.ReadAsync(host.Data);
        Assert.Equal((0, 0, 0), (stored.Jobs, stored.Objects.Count, stored.Messages.Count));
    }
}
