using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Artorizer.Jobs.Objects;

namespace Artorizer.IntegrationTests.Stores.S3;

/// <summary>Another client library sees the same objects.</summary>
public sealed class S3PeerTests(S3Fixture server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Boto3_reads_what_we_wrote_and_we_read_what_it_wrote()
    {
        await using var bucket = await server.BucketAsync();
        var contents = new Dictionary<string, byte[]>
        {
            ["jobs/1/empty"] = [],
            ["jobs/1/small"] = RandomNumberGenerator.GetBytes(1000),
            ["jobs/2/large"] = RandomNumberGenerator.GetBytes(20 << 20),
        };
        var tags = new Dictionary<string, string>();
        foreach (var (key, bytes) in contents)
        {
            var typed = new ObjectPutOptions { ContentType = "image/x-" + key[^5..] };
            tags[key] = (await bucket.Store.PutAsync(key, new MemoryStream(bytes), typed, Token)).ETag;
        }

        var seen = await AskAsync(bucket);

        Assert.Equal(contents.Keys.Order(StringComparer.Ordinal), seen.Select(pair => pair.Key).Order(StringComparer.Ordinal));
        foreach (var (key, bytes) in contents)
        {
            Assert.Equal(
                (Convert.ToHexStringLower(SHA256.HashData(bytes)), "image/x-" + key[^5..], tags[key], ""),
                ((string)seen[key]!["sha256"]!, (string)seen[key]!["type"]!, (string)seen[key]!["etag"]!, (string)seen[key]!["encoding"]!));
        }

        await using var theirs = await bucket.Store.OpenAsync("peer/small", 5, null, Token);
        using var reader = new StreamReader(theirs!.Stream);
        Assert.Equal("the peer", await reader.ReadToEndAsync(Token));
        Assert.Equal("text/plain", theirs.Info.ContentType);
    }

    private static async Task<JsonObject> AskAsync(S3Bucket bucket)
    {
        var options = bucket.Options;
        var script = Path.Combine(AppContext.BaseDirectory, "Stores", "S3", "s3_peer.py");
        using var process = Process.Start(new ProcessStartInfo(
            "/usr/bin/python3",
            [script, options.Endpoint!, options.AccessKey!, options.SecretKey!, options.Bucket]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.Equal(0, process.ExitCode);
        return JsonNode.Parse(output)!.AsObject();
    }
}
