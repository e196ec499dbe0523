using System.Text;
using System.Text.Json.Nodes;
using Artorizer.IntegrationTests.Uploads;

namespace Artorizer.IntegrationTests.Api;

/// <summary>Chunked bodies (RFC 9112 §7.1) whose chunk sizes are none: the sender's fault, told as such, and nothing for the log.</summary>
public sealed class BrokenChunkTests(ApiFixture api) : ApiTest(api)
{
    public static TheoryData<string> Sizes { get; } = ["FFFFFFFFFFFFFFFFF", "zz", "80000000", "-1"];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Is_a_bad_request(string size)
    {
        var since = Host.Output.Length;
        const string Query = "?artist_name=a&artwork_title=b";
        const string Tus = "Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\n";
        var picture = Api.Picture("small.png");
        var begun = await Client.CreateAsync(picture.Length, TusClient.Metadata(("filename", "a.png")));
        var checkedUpload = await Client.CreateAsync(picture.Length, TusClient.Metadata(("filename", "a.png")));
        var request = new JsonObject { ["size"] = picture.Length, ["content_type"] = "image/png" };
        using var upload = await Client.PostJsonAsync("uploads", request.ToJsonString());
        var put = new Uri((string)(await upload.JsonAsync(System.Net.HttpStatusCode.Created))["url"]!).PathAndQuery;
        var part = "--x\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\n"u8.ToArray();

        foreach (var first in new byte[][] { [], picture[..400] })
        {
            await RefusedAsync($"POST /protect{Query}", "Content-Type: image/png\r\n", first, size);
            await RefusedAsync(
                "POST /protect", "Content-Type: multipart/form-data; boundary=x\r\n", first.Length == 0 ? [] : [.. part, .. first], size);
            await RefusedAsync("POST /protect", "Content-Type: application/json\r\n", first.Length == 0 ? [] : "{"u8.ToArray(), size);
            await RefusedAsync("POST /queue", "Content-Type: application/json\r\n", first.Length == 0 ? [] : "{"u8.ToArray(), size);
            await RefusedAsync("POST /queue", "Content-Type: application/msgpack\r\n", first.Length == 0 ? [] : [0x81], size);
            await RefusedAsync("POST /uploads", "Content-Type: application/json\r\n", first.Length == 0 ? [] : "{"u8.ToArray(), size);
            await RefusedAsync("POST /files", $"Upload-Length: {picture.Length}\r\n" + Tus, first, size);
            await RefusedAsync($"PATCH {checkedUpload}", $"Upload-Checksum: {TusClient.Checksum("sha256", picture)}\r\n{Tus}", first, size);
            await RefusedAsync($"PUT {put}", "Content-Type: image/png\r\n", first, size);
        }

        await RefusedAsync($"PATCH {begun}", Tus, picture[..400], size);

        // What came before is good where it was read by then; with a checksum it is all or nothing.
        Assert.Contains(await Client.OffsetAsync(begun), new long[] { 0, 400 });
        Assert.Equal(0, await Client.OffsetAsync(checkedUpload));
        AssertQuiet(since);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Disturbs_nobody_who_reads_no_body(string size)
    {
        var since = Host.Output.Length;
        foreach (var (line, status) in new[]
        {
            ("GET /jobs", 200), ("HEAD /jobs", 200), ("POST /nowhere", 404), ("POST /health", 405), ($"DELETE /jobs/{Guid.NewGuid()}", 404),
            ($"POST /jobs/{Guid.NewGuid()}/redrive", 404), ("GET /", 200),
        })
        {
            var answer = await SendAsync(line, "", [], size);
            Assert.True(answer.StartsWith($"HTTP/1.1 {status} ", StringComparison.Ordinal), $"{line}: {answer}");
        }

        AssertQuiet(since);
    }

    private void AssertQuiet(int since)
    {
        var said = Host.Output[since..];
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("fail: ", said, StringComparison.Ordinal);
    }

    private async Task RefusedAsync(string line, string headers, byte[] first, string size)
    {
        var answer = await SendAsync(line, headers, first, size);
        Assert.True(answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal), $"{line} {headers}: {answer}");
        HostCalls.AssertDiscreet(answer);
    }

    private async Task<string> SendAsync(string line, string headers, byte[] first, string size)
    {
        var chunk = first.Length == 0 ? [] : (byte[])[.. Encoding.ASCII.GetBytes($"{first.Length:X}\r\n"), .. first, .. "\r\n"u8];
        using var peer = await RawPeer.SendAsync(Host.Address.Port, [
            .. Encoding.ASCII.GetBytes($"{line} HTTP/1.1\r\nHost: localhost:{Host.Address.Port}\r\n{headers}"),
            .. "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"u8,
            .. chunk, .. Encoding.ASCII.GetBytes($"{size}\r\nab\r\n0\r\n\r\n"),
        ]);
        return await peer.EndAsync().WaitAsync(TimeSpan.FromSeconds(20), Token);
    }
}
