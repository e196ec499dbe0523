using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Artorizer.IntegrationTests.Api;

namespace Artorizer.IntegrationTests.Uploads;

/// <summary><c>GET /protect</c> as a WebSocket.</summary>
[Trait("Topology", "any")]
public sealed class ProtectSocketTests(ApiFixture api) : UploadTest(api)
{
    private const string Metadata = """{"artist_name":"Ada","artwork_title":"By socket"}""";

    [Fact]
    public async Task A_conversation_goes_from_metadata_to_completed()
    {
        var file = Large(3_000_000);
        using var socket = await SocketClient.ConnectAsync(Host.Address, "protect");
        await socket.SendAsync($$"""
            {"type":"protect","artist_name":"Ada","artworkTitle":"By socket","tags":["a","b"],"size":{{file.Length}},"filename":"a.jpg",
             "sha256":"{{Convert.ToHexStringLower(SHA256.HashData(file))}}"}
            """);
        var accepted = await socket.NextAsync("accepted");
        Assert.Equal((22, 0L), (((string)accepted["upload_id"]!).Length, (long)accepted["offset"]!));

        // Messages of any size, in frames of any size.
        for (var sent = 0; sent < file.Length; sent += 70_000)
        {
            var part = file.AsMemory(sent, Math.Min(70_000, file.Length - sent));
            await socket.SendAsync(part[..(part.Length / 3)], end: false);
            await socket.SendAsync(part[(part.Length / 3)..]);
        }

        await socket.SendAsync("""{"type":"end"}""");
        var messages = await socket.RestAsync();

        var received = messages.TakeWhile(m => (string?)m["type"] == "received").ToList();
        Assert.Equal(received.Select(m => (long)m["offset"]!).Order(), received.Select(m => (long)m["offset"]!));
        Assert.Equal(file.Length, (long)received[^1]["offset"]!);
        Assert.Equal(file.Length, (long)received[^1]["stored"]!);
        Assert.InRange(received.Count, 3, 60);
        var queued = messages[received.Count];
        Assert.Equal("queued", (string?)queued["type"]);
        Assert.Equal("completed", (string?)messages[^1]["type"]);
        Assert.Equal(100, (int)messages[^1]["progress"]!["percentage"]!);
        var events = messages[(received.Count + 1)..];
        Assert.Equal(Enumerable.Range(2, events.Count).Select(i => (long)i), events.Select(m => (long)m["sequence"]!));
        Assert.Equal(1000, socket.CloseStatus);
        await AssertProtectedAsync(Client, (string)queued["job_id"]!, file);
        var result = await Client.GetJsonAsync($"jobs/{queued["job_id"]}/result");
        Assert.Equal(("Ada", "By socket", 2), ((string?)result["artist"], (string?)result["title"], result["tags"]!.AsArray().Count));
    }

    [Fact]
    public async Task A_sender_that_pauses_is_told_how_far_it_has_come()
    {
        var file = Large(100_000);
        using var socket = await SocketClient.ConnectAsync(Host.Address, "protect");
        await socket.SendAsync(Metadata);
        await socket.NextAsync("accepted");
        await socket.SendAsync(file);
        await socket.ReceivedAsync(file.Length);
    }

    [Fact]
    public async Task A_new_connection_goes_on_where_the_old_one_broke()
    {
        var file = Large(2_000_000);
        var (id, offset) = (await BeginAsync(Host, file, 700_000), 0L);
        for (var round = 0; round < 3; round++)
        {
            using var socket = await SocketClient.ConnectAsync(Host.Address, "protect");
            offset = await ResumeAsync(socket, id, offset);
            await socket.SendAsync(file.AsMemory((int)offset, 300_000));
            await socket.NextAsync("received");
            socket.Abort();
        }

        await FinishAsync(Host, id, offset, file);
    }

    [Trait("Stores", "embedded")]
    [Fact]
    public async Task A_killed_router_goes_on_after_its_restart()
    {
        var data = Directory.CreateTempSubdirectory("artorizer-api-tests-").FullName;
        var settings = new Dictionary<string, string?> { ["Uploads:PartBytes"] = "100000" };
        var file = Large(1_000_000);
        string id;
        await using (var first = await ArtorizerHost.StartAsync(settings, data))
        {
            id = await BeginAsync(first, file, 350_000, abort: false);
            await Eventually.TrueAsync(() => ObjectFiles(first) >= 3);
            await first.KillAsync();
        }

        var second = await StartAsync(settings, data);
        await FinishAsync(second, id, 100_000, file);
    }

    [Fact]
    [Trait("Topology", "own")]
    public async Task A_stopping_router_says_so_and_keeps_every_byte()
    {
        var data = Directory.CreateTempSubdirectory("artorizer-api-tests-").FullName;
        var file = Large(500_000);
        await using var first = await ArtorizerHost.StartAsync(null, data);
        using var open = await SocketClient.ConnectAsync(first.Address, "protect");
        await open.SendAsync(Metadata);
        var id = (string)(await open.NextAsync("accepted"))["upload_id"]!;
        await open.SendAsync(file.AsMemory(0, 222_222));
        await open.ReceivedAsync(222_222);
        var stopping = first.StopAsync();
        var last = (await open.RestAsync())[^1];
        Assert.Equal(("error", 503, 1013), ((string?)last["type"], (int)last["status"]!, open.CloseStatus));
        await stopping;

        var second = await StartAsync(null, data);
        await FinishAsync(second, id, 222_222, file);
    }

    [Fact]
    public async Task A_submitted_upload_tells_its_job_again()
    {
        var file = Large(100_000);
        using var socket = await SocketClient.ConnectAsync(Host.Address, "protect");
        await socket.SendAsync(Metadata);
        var id = (string)(await socket.NextAsync("accepted"))["upload_id"]!;
        await socket.SendAsync(file);
        await socket.SendAsync("""{"type":"end"}""");
        var jobId = (string)(await socket.NextAsync("queued"))["job_id"]!;
        socket.Abort();

        using var again = await SocketClient.ConnectAsync(Host.Address, "protect");
        Assert.Equal(file.Length, await ResumeAsync(again, id, file.Length));
        Assert.Equal(jobId, (string?)(await again.NextAsync("queued"))["job_id"]);
        await again.NextAsync("completed");
        Assert.Null(await again.NextAsync());
        Assert.Equal(1000, again.CloseStatus);
    }

    [Theory]
    [InlineData("{", 1008, null)]
    [InlineData("[]", 1008, null)]
    [InlineData("""{"artwork_title":"T"}""", 1008, "artist_name")]
    [InlineData("""{"artist_name":"A","artwork_title":"T","colour":"red"}""", 1008, "colour")]
    [InlineData("""{"artist_name":"A","artwork_title":"T","priority":10}""", 1008, "priority")]
    [InlineData("""{"artist_name":"A","artwork_title":"T","via":"direct"}""", 1008, "via")]
    [InlineData("""{"artist_name":"A","artwork_title":"T","upload_id":"x"}""", 1008, "upload_id")]
    [InlineData("""{"artist_name":"A","artwork_title":"T","size":"big"}""", 1008, "size")]
    [InlineData("""{"artist_name":"A","artwork_title":"T","size":268435457}""", 1009, null)]
    [InlineData("""{"type":"start","artist_name":"A","artwork_title":"T"}""", 1008, "type")]
    [InlineData("""{"type":"resume"}""", 1008, "upload_id")]
    [InlineData("""{"type":"resume","upload_id":"AAAAAAAAAAAAAAAAAAAAAA"}""", 1008, null)]
    [InlineData("""{"type":"resume","upload_id":"AAAAAAAAAAAAAAAAAAAAAA","tags":"a"}""", 1008, "tags")]
    public async Task A_bad_first_message_is_named(string text, int close, string? field)
    {
        using var socket = await SocketClient.ConnectAsync(Host.Address, "protect");
        await socket.SendAsync(text);
        AssertRefused(Assert.Single(await socket.RestAsync()), socket, close, field);
    }

    [Fact]
    public async Task Bytes_do_not_come_first()
    {
        using var socket = await SocketClient.ConnectAsync(Host.Address, "protect");
        await socket.SendAsync(new byte[100]);
        AssertRefused(Assert.Single(await socket.RestAsync()), socket, 1008, "type");
    }

    [Fact]
    public async Task A_long_text_is_refused()
    {
        using var socket = await SocketClient.ConnectAsync(Host.Address, "protect");
        await socket.SendAsync($$"""{"artist_name":"{{new string('a', 70_000)}}"}""");
        AssertRefused(Assert.Single(await socket.RestAsync()), socket, 1009, null);
    }

    [Theory]
    [InlineData("stop", 1008, "type")]
    [InlineData("""{"type":"progress"}""", 1008, "type")]
    [InlineData("""{"type":"end"}""", 1008, "size")]
    public async Task A_wrong_text_among_the_bytes_is_refused_and_the_bytes_are_kept(string text, int close, string field)
    {
        var file = Large(200_000);
        using var socket = await SocketClient.ConnectAsync(Host.Address, "protect");
        await socket.SendAsync($$"""{"artist_name":"Ada","artwork_title":"By socket","size":{{file.Length}}}""");
        var id = (string)(await socket.NextAsync("accepted"))["upload_id"]!;
        await socket.SendAsync(file.AsMemory(0, 150_000));
        await socket.SendAsync(text);
        AssertRefused((await socket.RestAsync())[^1], socket, close, field);

        await FinishAsync(Host, id, 150_000, file);
    }

    [Fact]
    public async Task More_than_the_declared_size_is_refused()
    {
        var file = Large(200_000);
        using var socket = await SocketClient.ConnectAsync(Host.Address, "protect");
        await socket.SendAsync("""{"artist_name":"Ada","artwork_title":"By socket","size":199999}""");
        await socket.NextAsync("accepted");
        await socket.SendAsync(file);
        AssertRefused((await socket.RestAsync())[^1], socket, 1009, null);
    }

    [Fact]
    public async Task What_is_no_image_is_refused_while_it_comes()
    {
        using var socket = await SocketClient.ConnectAsync(Host.Address, "protect");
        await socket.SendAsync(Metadata);
        await socket.NextAsync("accepted");
        await socket.SendAsync(new byte[5000]);
        var error = (await socket.RestAsync())[^1];
        AssertRefused(error, socket, 1008, "image");
        Assert.Equal("Invalid image file format", (string?)error["error"]);
    }

    [Fact]
    [Trait("Topology", "own")]
    public async Task Silence_ends_the_connection_and_keeps_the_upload()
    {
        var host = await StartAsync(new Dictionary<string, string?> { ["Uploads:IdleTimeout"] = "00:00:01" });
        using (var silent = await SocketClient.ConnectAsync(host.Address, "protect"))
        {
            AssertRefused(Assert.Single(await silent.RestAsync()), silent, 1008, null);
        }

        var file = Large(200_000);
        using var socket = await SocketClient.ConnectAsync(host.Address, "protect");
        await socket.SendAsync(Metadata);
        var id = (string)(await socket.NextAsync("accepted"))["upload_id"]!;
        await socket.SendAsync(file.AsMemory(0, 100_000));
        var error = (await socket.RestAsync())[^1];
        Assert.Equal(408, (int)error["status"]!);
        AssertRefused(error, socket, 1008, null);
        await FinishAsync(host, id, 100_000, file);
    }

    [Fact]
    [Trait("Topology", "own")]
    public async Task Keys_are_required_and_pages_can_give_theirs()
    {
        var host = await StartAsync(TwoOwners);
        Assert.Equal(401, await SocketClient.RefusedAsync(host.Address, "protect"));
        Assert.Equal(401, await SocketClient.RefusedAsync(host.Address, "protect", o => o.SetRequestHeader("X-Api-Key", "wrong")));
        Assert.Equal(401, await SocketClient.RefusedAsync(host.Address, "protect", o => o.AddSubProtocol("artorizer.key.wrong")));

        string id;
        using (var ada = await SocketClient.ConnectAsync(host.Address, "protect", o =>
        {
            o.AddSubProtocol("artorizer");
            o.AddSubProtocol("artorizer.key." + AdaKey);
        }))
        {
            Assert.Equal("artorizer", ada.SubProtocol);
            await ada.SendAsync(Metadata);
            id = (string)(await ada.NextAsync("accepted"))["upload_id"]!;
        }

        using (var bob = await SocketClient.ConnectAsync(host.Address, "protect", o => o.SetRequestHeader("Authorization", "Bearer " + BobKey)))
        {
            await bob.SendAsync($$"""{"type":"resume","upload_id":"{{id}}"}""");
            Assert.Equal(404, (int)Assert.Single(await bob.RestAsync())["status"]!);
        }

        using var again = await SocketClient.ConnectAsync(host.Address, "protect", o => o.SetRequestHeader("X-Api-Key", AdaKey));
        Assert.Equal(0, await ResumeAsync(again, id, 0));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    public async Task Pages_of_other_sites_are_refused(string origin)
    {
        foreach (var path in new[] { "protect", $"jobs/{Guid.Empty}/progress" })
        {
            Assert.Equal(403, await SocketClient.RefusedAsync(Host.Address, path, o => o.SetRequestHeader("Origin", origin)));
        }
    }

    private static void AssertRefused(JsonNode error, SocketClient socket, int close, string? field)
    {
        Assert.Equal("error", (string?)error["type"]);
        Assert.NotEmpty((string)error["error"]!);
        Assert.NotEmpty((string)error["detail"]!);
        Assert.Equal(field, (string?)error["field"]);
        Assert.Equal(close, socket.CloseStatus);
        HostCalls.AssertDiscreet(error.ToJsonString());
    }

    /// <summary>Begins an upload and sends its first bytes.</summary>
    private static async Task<string> BeginAsync(ArtorizerHost host, byte[] file, int count, bool abort = true)
    {
        var socket = await SocketClient.ConnectAsync(host.Address, "protect");
        await socket.SendAsync(Metadata);
        var id = (string)(await socket.NextAsync("accepted"))["upload_id"]!;
        await socket.SendAsync(file.AsMemory(0, count));
        await socket.NextAsync("received");
        if (abort)
        {
            socket.Abort();
        }

        return id;
    }

    private static async Task<long> ResumeAsync(SocketClient socket, string id, long least)
    {
        await socket.SendAsync($$"""{"type":"resume","upload_id":"{{id}}"}""");
        var offset = (long)(await socket.NextAsync("accepted"))["offset"]!;
        Assert.True(offset >= least, $"{offset} of at least {least}");
        return offset;
    }

    private static async Task FinishAsync(ArtorizerHost host, string id, long least, byte[] file)
    {
        using var socket = await SocketClient.ConnectAsync(host.Address, "protect");
        var offset = await ResumeAsync(socket, id, least);
        await socket.SendAsync(file.AsMemory((int)offset));
        await socket.SendAsync("""{"type":"end"}""");
        var jobId = (string)(await socket.NextAsync("queued"))["job_id"]!;
        await socket.NextAsync("completed");
        await AssertProtectedAsync(host.Client, jobId, file);
    }
}
