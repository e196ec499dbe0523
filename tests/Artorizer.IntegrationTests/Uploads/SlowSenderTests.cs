using System.Diagnostics;
using Artorizer.IntegrationTests.Api;

namespace Artorizer.IntegrationTests.Uploads;

/// <summary>Senders that are slower than any may be are cut off, whichever way they come.</summary>
public sealed class SlowSenderTests(ApiFixture api) : UploadTest(api)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(25);

    private static Dictionary<string, string?> Impatient => new()
    {
        ["Limits:UploadGracePeriod"] = "00:00:01.500",
        ["Limits:RequestHeadersTimeout"] = "00:00:02",
        ["Limits:KeepAliveTimeout"] = "00:02:00",
        ["Uploads:IdleTimeout"] = "00:01:00",
    };

    [Fact]
    public async Task A_byte_now_and_then_over_a_WebSocket()
    {
        var host = await StartAsync(Impatient);
        using var client = await SocketClient.ConnectAsync(host.Address, "protect");
        await client.SendAsync("""{"artist_name":"Ada","artwork_title":"Slow","size":10000000}""");
        var accepted = await client.NextAsync("accepted");
        var picture = Api.Picture("small.jpg");
        var sending = TrickleAsync(async i => await client.SendAsync(picture.AsMemory(i, 1)));

        var clock = Stopwatch.StartNew();
        while (await client.NextAsync() is { } message)
        {
            if ((string?)message["type"] == "error")
            {
                Assert.Equal(408, (int)message["status"]!);
                Assert.Equal("Too slow", (string?)message["error"]);
            }
        }

        Assert.True(clock.Elapsed < Limit, $"It took {clock.Elapsed}.");
        await sending;

        // What came is kept.
        using var again = await SocketClient.ConnectAsync(host.Address, "protect");
        await again.SendAsync($$"""{"type":"resume","upload_id":"{{(string?)accepted["upload_id"]}}"}""");
        Assert.InRange((long)(await again.NextAsync("accepted"))["offset"]!, 1, picture.Length);
    }

    [Fact]
    public async Task Metadata_in_pieces_over_a_WebSocket()
    {
        var host = await StartAsync(Impatient);

        // Frames of one letter, masked with zeros: a text that begins, and continuations that do not end it.
        using var peer = await RawPeer.UpgradeAsync(host.Address.Port, "protect", 0x01, 0x81, 0, 0, 0, 0, (byte)'{');
        var sending = TrickleAsync(_ => peer.SendAsync([0x00, 0x81, 0, 0, 0, 0, (byte)' ']));
        var clock = Stopwatch.StartNew();
        Assert.Contains("Too slow", await peer.EndAsync(), StringComparison.Ordinal);
        Assert.True(clock.Elapsed < Limit, $"It took {clock.Elapsed}.");
        await sending;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_or_little_over_gRPC(bool trickles)
    {
        var host = await StartAsync(Impatient);
        using var peer = await RawPeer.BeginCallAsync(host.GrpcAddress.Port, "artorizer.v1.Protection/Protect");

        // A message of 1,000 bytes, of which one comes now and then.
        var sending = trickles ? TrickleAsync(i => peer.DataAsync(i == 0 ? [0, 0, 0, 3, 232] : [10])) : Task.CompletedTask;
        var clock = Stopwatch.StartNew();
        var trailers = await peer.TrailersAsync();
        Assert.True(clock.Elapsed < Limit, $"It took {clock.Elapsed}.");
        Assert.Contains("grpc-status", trailers, StringComparison.Ordinal);
        Assert.Contains(trickles ? "too slowly" : "Nothing of the request came", trailers, StringComparison.Ordinal);
        await sending;
    }

    [Theory]
    [InlineData("a byte", 1)]
    [InlineData("half a preface", 10)]
    [InlineData("half the head of a frame", 24 + 5)]
    [InlineData("half a frame with headers", 24 + 9 + 9 + 20)]
    public async Task Half_of_what_HTTP2_begins_with(string what, int length)
    {
        var host = await StartAsync(Impatient);
        byte[] opening =
        [
            .. RawPeer.Preface, 0, 0, 0, 4, 0, 0, 0, 0, 0,

            // HEADERS of 100 bytes.
            0, 0, 100, 1, 4, 0, 0, 0, 1, .. new byte[100],
        ];
        using var peer = await RawPeer.SendAsync(host.GrpcAddress.Port, opening[..length]);
        var clock = Stopwatch.StartNew();
        await peer.EndAsync().WaitAsync(Limit, Token);
        Assert.True(clock.Elapsed > TimeSpan.FromSeconds(1), $"{what} was given {clock.Elapsed}.");
    }

    [Fact]
    public async Task Whole_frames_may_take_their_time()
    {
        // Listens for longer than headers may take.
        var host = await StartAsync(Impatient);
        using var peer = await RawPeer.SendAsync(host.GrpcAddress.Port, [.. RawPeer.Preface, 0, 0, 0, 4, 0, 0, 0, 0, 0]);
        await Assert.ThrowsAsync<TimeoutException>(() => peer.EndAsync().WaitAsync(TimeSpan.FromSeconds(5), Token));
    }

    private static async Task TrickleAsync(Func<int, Task> send)
    {
        for (var i = 0; i < 100; i++)
        {
            try
            {
                await send(i);
                await Task.Delay(200, Token);
            }
            catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or System.Net.WebSockets.WebSocketException
                or InvalidOperationException)
            {
                // Cut off, as it should be.
                return;
            }
        }
    }
}
