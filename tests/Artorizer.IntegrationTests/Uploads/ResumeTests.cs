using System.Net;
using System.Net.Sockets;
using Artorizer.IntegrationTests.Api;

namespace Artorizer.IntegrationTests.Uploads;

/// <summary>What an upload is after its connection, or its router, has gone.</summary>
[Trait("Topology", "any")]
public sealed class ResumeTests(ApiFixture api) : UploadTest(api)
{
    private const int PartBytes = 80 * 1024;

    private static Dictionary<string, string?> SmallParts => new() { ["Uploads:PartBytes"] = $"{PartBytes}" };

    [Theory]
    [InlineData(1, false)]
    [InlineData(300_001, false)]
    [InlineData(300_001, true)]
    public async Task Every_byte_before_a_break_is_kept(int sent, bool reset)
    {
        var file = Large(500_000);
        var path = await Client.CreateAsync(file.Length, TusClient.Complete(("submit", "true")));
        var socket = await BeginPatchAsync(Host, path, 0, file.Length, file.AsMemory(0, sent));
        if (reset)
        {
            // A reset overtakes bytes that were not read yet; so they are given time to be.
            await Task.Delay(TimeSpan.FromSeconds(1), Token);
            socket.LingerState = new LingerOption(true, 0);
        }

        socket.Close();

        Assert.Equal(sent, await Client.OffsetAsync(path));
        using var last = await Client.PatchAsync(path, sent, file[sent..]);
        await AssertProtectedAsync(Client, last.Header("Artorizer-Job-Id")!, file);
    }

    [Fact]
    public async Task A_new_connection_takes_over_from_one_that_says_nothing()
    {
        var file = Large(500_000);
        var path = await Client.CreateAsync(file.Length, TusClient.Complete(("submit", "true")));
        using var stale = await BeginPatchAsync(Host, path, 0, file.Length, file.AsMemory(0, 200_000));

        // The stale connection is still open, and nobody has told the host that it is.
        var offset = await Client.OffsetAsync(path);
        Assert.Equal(200_000, offset);
        using var last = await Client.PatchAsync(path, offset, file[(int)offset..]);
        await AssertProtectedAsync(Client, last.Header("Artorizer-Job-Id")!, file);

        var answer = new byte[512];
        var read = await stale.ReceiveAsync(answer, Token);
        Assert.StartsWith("HTTP/1.1 409", System.Text.Encoding.ASCII.GetString(answer, 0, read), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Topology", "own")]
    public async Task A_stopped_router_keeps_every_byte()
    {
        var data = Directory.CreateTempSubdirectory("artorizer-api-tests-").FullName;
        var file = Large(500_000);
        await using var first = await ArtorizerHost.StartAsync(null, data);
        var path = await first.Client.CreateAsync(file.Length, TusClient.Complete(("submit", "true")));
        using var open = await BeginPatchAsync(first, path, 0, file.Length, file.AsMemory(0, 123_456));
        await Task.Delay(TimeSpan.FromSeconds(1), Token);
        await first.StopAsync();

        var second = await StartAsync(null, data);
        Assert.Equal(123_456, await second.Client.OffsetAsync(path));
        using var last = await second.Client.PatchAsync(path, 123_456, file[123_456..]);
        await AssertProtectedAsync(second.Client, last.Header("Artorizer-Job-Id")!, file);
    }

    [Trait("Stores", "embedded")]
    [Fact]
    public async Task A_killed_router_loses_no_more_than_the_part_in_flight()
    {
        var data = Directory.CreateTempSubdirectory("artorizer-api-tests-").FullName;
        var file = Large(1_000_000);
        string path;
        var offset = 0L;
        await using (var first = await ArtorizerHost.StartAsync(SmallParts, data))
        {
            path = await first.Client.CreateAsync(file.Length, TusClient.Complete(("submit", "true")));
        }

        for (var round = 0; round < 3; round++)
        {
            var host = await ArtorizerHost.StartAsync(SmallParts, data);
            await using var ending = host;
            Assert.Equal(offset, await host.Client.OffsetAsync(path));
            using var open = await BeginPatchAsync(host, path, offset, file.Length - (int)offset, file.AsMemory((int)offset, 250_000));
            await Eventually.TrueAsync(() => ObjectFiles(host) >= (offset / PartBytes) + 3);
            await host.KillAsync();

            var next = await ArtorizerHost.StartAsync(SmallParts, data);
            await using var looking = next;
            var now = await next.Client.OffsetAsync(path);
            Assert.InRange(now, offset + PartBytes, offset + 250_000);
            offset = now;
        }

        var last = await StartAsync(SmallParts, data);
        using var answer = await last.Client.PatchAsync(path, offset, file[(int)offset..]);
        await AssertProtectedAsync(last.Client, answer.Header("Artorizer-Job-Id")!, file);
    }

    [Trait("Stores", "embedded")]
    [Fact]
    public async Task A_job_leaves_no_parts_behind()
    {
        var host = await StartAsync(SmallParts);
        var file = Large(400_000);
        var path = await host.Client.CreateAsync(
            file.Length, TusClient.Complete(("submit", "true"), ("include_protection", "false"), ("include_hash_analysis", "false")));
        using var answer = await host.Client.PatchAsync(path, 0, file);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var original = ObjectFiles(host);
        await host.Client.EndOfAsync(answer.Header("Artorizer-Job-Id")!);
        Assert.InRange(original, 1, 3);
        await host.Client.DeleteAsync(new Uri($"jobs/{answer.Header("Artorizer-Job-Id")}", UriKind.Relative), Token);
        await Eventually.TrueAsync(() => ObjectFiles(host) == 0);

        using var used = await host.Client.PostJsonAsync("protect", Json(TusClient.IdOf(path)));
        await used.ProblemAsync(HttpStatusCode.Gone);
    }
}
