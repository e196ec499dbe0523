using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Artorizer.IntegrationTests.Api;

namespace Artorizer.IntegrationTests.Uploads;

/// <summary>Tests of uploads from outside.</summary>
[Collection(nameof(UploadTest))]
public abstract class UploadTest(ApiFixture api) : ApiTest(api)
{
    protected const string AdaKey = "ada-0123456789abcdefghijklmnop";
    protected const string BobKey = "bob-0123456789abcdefghijklmnop";

    protected static Dictionary<string, string?> TwoOwners => new()
    {
        ["ApiKeys:Keys:0:Owner"] = "ada",
        ["ApiKeys:Keys:0:Key"] = AdaKey,
        ["ApiKeys:Keys:1:Owner"] = "bob",
        ["ApiKeys:Keys:1:Key"] = BobKey,
    };

    protected static HttpClient As(ArtorizerHost host, string key)
    {
        var client = host.NewClient();
        client.DefaultRequestHeaders.Add("X-Api-Key", key);
        return client;
    }

    protected static string Json(string uploadId, string title = "By upload") =>
        new JsonObject { ["upload_id"] = uploadId, ["artist_name"] = "Ada", ["artwork_title"] = title }.ToJsonString();

    /// <summary>The job completes, and its original is what was sent, to the byte.</summary>
    protected static async Task AssertProtectedAsync(HttpClient client, string jobId, byte[] sent)
    {
        var job = await client.EndOfAsync(jobId);
        Assert.True((string?)job["status"] == "completed", job.ToJsonString());
        var original = await client.GetByteArrayAsync(new Uri($"jobs/{jobId}/download/original", UriKind.Relative), Token);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(sent)), Convert.ToHexStringLower(SHA256.HashData(original)));
        Assert.NotEmpty(await client.GetByteArrayAsync(new Uri($"jobs/{jobId}/download/protected", UriKind.Relative), Token));
    }

    /// <summary>Sends the head of a PATCH, waits until the host wants its body, and sends some of that. Leaves the connection open.</summary>
    protected static async Task<Socket> BeginPatchAsync(
        ArtorizerHost host, string path, long offset, int length, ReadOnlyMemory<byte> sent, string header = "")
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, host.Address.Port), Token);
        var head = $"PATCH {path} HTTP/1.1\r\nHost: localhost:{host.Address.Port}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {offset}\r\n"
            + $"Content-Type: application/offset+octet-stream\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n{header}\r\n";
        await SendAllAsync(socket, Encoding.ASCII.GetBytes(head));
        var answer = new byte[25];
        var read = await socket.ReceiveAsync(answer, Token);
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", Encoding.ASCII.GetString(answer, 0, read));
        await SendAllAsync(socket, sent);
        return socket;
    }

    protected static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, Token)..];
        }
    }

    /// <summary>Files of stored objects, finished or not.</summary>
    protected static int ObjectFiles(ArtorizerHost host)
    {
        var folder = Path.Combine(host.Data, "objects");
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Count() : 0;
    }
}

/// <summary>On a host of their own, beside the other tests.</summary>
[CollectionDefinition(nameof(UploadTest))]
public sealed class UploadTestDefinition : ICollectionFixture<ApiFixture>;
