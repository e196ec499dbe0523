using System.Text.Json.Nodes;
using Artorizer.IntegrationTests.Api;

namespace Artorizer.IntegrationTests.Uploads;

/// <summary>tus-js-client, ws and eventsource over a network that breaks at random bytes, with the router killed in between.</summary>
public sealed class UploadPeerTests(ApiFixture api) : UploadTest(api)
{
    private const int Size = 6_000_000;
    private const int Cuts = 8;

    private static readonly int[] Kills = [3, 6];

    [Theory]
    [InlineData("0", 1)]
    [InlineData("500000", 2)]
    public async Task A_file_comes_whole_through_tus_js_client(string chunkSize, int seed)
    {
        var isChunked = chunkSize != "0";
        var result = await SendAsync(seed, isChunked ? 400_000 : 1_500_000, "tus.mjs", address => new Uri(address, "files"), chunkSize);
        Assert.Equal(isChunked, (int)result["refused"]! > 0);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_file_comes_whole_through_ws(int seed)
    {
        var result = await SendAsync(seed, 1_500_000, "socket.mjs", address => new UriBuilder(new Uri(address, "protect")) { Scheme = "ws" }.Uri);
        Assert.Contains("progress", result["events"]!.AsArray().Select(type => (string?)type));
    }

    [Fact]
    public async Task Every_event_comes_once_through_eventsource()
    {
        var host = await StartAsync();
        var jobId = await host.Client.QueueAsync(new { type = "sleep", data = new { ms = 12_000 } });

        await using var proxy = new BreakingProxy(host.Address, []);
        var following = UploadPeer.RunAsync("events.mjs", new Uri(proxy.Address, $"jobs/{jobId}/events").ToString());

        // Nothing goes up after the request, so that what comes down is cut instead, after each of the first few openings.
        for (var i = 1; i <= 2; i++)
        {
            await Eventually.TrueAsync(() => proxy.Passed == i);
            proxy.Break();
        }

        var result = await following;
        var ids = result["events"]!.AsArray().Select(e => (long)e!["id"]!).ToList();
        Assert.Equal(Enumerable.Range(1, ids.Count).Select(i => (long)i), ids);
        Assert.Equal("completed", (string?)result["events"]!.AsArray()[^1]!["type"]);
        Assert.Equal(3, (int)result["opened"]!);
    }

    /// <summary>Sends a file by a peer, with cuts at random bytes and two kills of the router; what comes out is the file, to the byte.</summary>
    private async Task<JsonNode> SendAsync(int seed, int spread, string script, Func<Uri, Uri> target, params string[] arguments)
    {
        var settings = new Dictionary<string, string?> { ["Uploads:PartBytes"] = "300000" };
        var data = Directory.CreateTempSubdirectory("artorizer-api-tests-").FullName;
        var random = new Random(seed);
        var file = Large(Size);
        var name = Path.Combine(data, "source.jpg");
        await File.WriteAllBytesAsync(name, file, Token);
        var host = await StartAsync(settings, data);
        await using var proxy = new BreakingProxy(host.Address, Enumerable.Range(0, Cuts).Select(_ => random.Next(1, spread)));
        proxy.OnCut = async cut =>
        {
            if (Kills.Contains(cut))
            {
                await host.KillAsync();
                host = await StartAsync(settings, data);
                proxy.Target = host.Address;
            }
        };

        var result = await UploadPeer.RunAsync(script, [target(proxy.Address).ToString(), name, .. arguments]);
        Assert.True(proxy.Cuts >= Kills[^1], $"{proxy.Cuts} cuts: {result.ToJsonString()}");
        await AssertProtectedAsync(host.Client, (string)result["jobId"]!, file);
        return result;
    }
}
