using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Artorizer.Contracts.ProtectionRpc;
using Artorizer.Contracts.TaskRpc;
using Google.Protobuf;

namespace Artorizer.IntegrationTests.Tasks;

/// <summary>Messages over gRPC that are too large, or none at all: the sender's fault, told in a status and not in the log.</summary>
public sealed class GrpcMessageTests(TaskFixture fixture) : TaskTest(fixture)
{
    private const int Mebi = 1 << 20;
    private const string Tasks = "taskdaemon.TaskDaemon/";
    private const string Images = "artorizer.v1.Protection/";
    private const string Health = "grpc.health.v1.Health/";
    private const string Reflection = "grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

    // A tag that begins a group which never ends.
    private static readonly byte[] Malformed = [.. Enumerable.Repeat((byte)0x1b, 110)];

    private TaskPeer Python => Fixture.Peer("python");

    [Theory]
    [InlineData(Health + "Check")]
    [InlineData(Health + "Watch")]
    [InlineData(Tasks + "QueueTask")]
    [InlineData(Tasks + "GetMetrics")]
    [InlineData(Tasks + "StreamTasks")]
    [InlineData(Images + "GetJob")]
    [InlineData(Images + "SubmitJob")]
    [InlineData(Images + "Protect", true)]
    [InlineData(Reflection, true)]
    public async Task What_is_no_Protobuf_is_the_senders_fault(string method, bool streams = false)
    {
        const int Calls = 5;
        var before = Fixture.Host.Output.Length;
        for (var call = 0; call < Calls; call++)
        {
            var answer = await Python.SendAsync(method, [Malformed], streams);
            Assert.Equal((method, "INVALID_ARGUMENT"), (method, answer.Status));
            Assert.StartsWith("The message is not valid Protobuf.", answer.Details, StringComparison.Ordinal);
        }

        AssertQuiet(before, Calls);
    }

    [Theory]
    [InlineData(2, 0, StatusInvalidArgument)]
    [InlineData(0x50, 0x4F535420, StatusInvalidArgument)]
    [InlineData(0, -1, StatusResourceExhausted)]
    [InlineData(0, int.MaxValue, StatusResourceExhausted)]
    [InlineData(1, -1, StatusResourceExhausted)]
    public async Task What_is_no_message_is_the_senders_fault(byte flag, int length, string status)
    {
        var before = Fixture.Host.Output.Length;
        foreach (var method in new[] { Health + "Check", Tasks + "QueueTask", Images + "Protect", Images + "SubmitJob", Reflection })
        {
            Assert.Equal((method, status), (method, await PostAsync(method, Head(flag, length), null)));
        }

        AssertQuiet(before, 5);
    }

    [Fact]
    public async Task What_is_not_compressed_as_it_says_is_the_senders_fault()
    {
        var before = Fixture.Host.Output.Length;
        byte[] text = [.. "this is not compressed"u8];
        byte[] cut = [.. Gzip(RandomNumberGenerator.GetBytes(1000)).AsSpan(0, 500)];
        foreach (var bytes in new[] { text, cut })
        {
            foreach (var encoding in new[] { "gzip", "deflate" })
            {
                Assert.Equal(StatusInvalidArgument, await PostAsync(Health + "Check", [.. Head(1, bytes.Length), .. bytes], encoding));
            }
        }

        AssertQuiet(before, 4);
    }

    [Fact]
    public async Task Messages_are_as_long_as_bodies_over_HTTP()
    {
        var data = new TaskRequest { TaskType = "echo", TaskData = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(5 * Mebi)) };
        var id = new JobRequest { JobId = new string('a', 5 * Mebi) };
        foreach (var (method, message) in new (string, IMessage)[] { (Tasks + "QueueTask", data), (Images + "GetJob", id), (Images + "Download", id) })
        {
            Assert.Equal((method, "RESOURCE_EXHAUSTED"), (method, (await Python.SendAsync(method, [message.ToByteArray()])).Status));
        }

        var chunk = new ProtectChunk { Data = ByteString.CopyFrom(new byte[5 * Mebi]) };
        var stream = await Python.SendAsync(
            Images + "Protect", [new ProtectChunk { Metadata = Metadata() }.ToByteArray(), chunk.ToByteArray()], streams: true);
        Assert.Equal("RESOURCE_EXHAUSTED", stream.Status);

        // A whole image alone may be longer.
        var image = Metadata();
        image.ImageData = ByteString.CopyFrom(await LargePictureAsync(6 * Mebi));
        Assert.Equal("OK", (await Python.SendAsync(Images + "SubmitJob", [image.ToByteArray()])).Status);
        image.ImageData = ByteString.CopyFrom(new byte[33 * Mebi]);
        Assert.Equal("RESOURCE_EXHAUSTED", (await Python.SendAsync(Images + "SubmitJob", [image.ToByteArray()])).Status);
    }

    [Fact]
    public async Task Messages_are_measured_as_they_were_before_they_were_compressed()
    {
        var zeros = new TaskRequest { TaskType = "echo", TaskData = ByteString.CopyFrom(new byte[30 * Mebi]) };
        Assert.Equal("RESOURCE_EXHAUSTED", (await Python.SendAsync(Tasks + "QueueTask", [zeros.ToByteArray()], gzip: true)).Status);
        Assert.Equal(StatusResourceExhausted, await PostAsync(Health + "Check", Framed(Gzip(new byte[64 * Mebi])), "gzip"));
        Assert.Equal(StatusResourceExhausted, await PostAsync(Images + "SubmitJob", Framed(Gzip(new byte[64 * Mebi])), "gzip"));

        zeros.TaskData = ByteString.CopyFrom(new byte[Mebi]);
        Assert.Equal("OK", (await Python.SendAsync(Tasks + "QueueTask", [zeros.ToByteArray()], gzip: true)).Status);
    }

    [Fact]
    public async Task A_stream_may_be_longer_than_a_message()
    {
        var picture = await LargePictureAsync(6 * Mebi);
        var chunks = picture.Chunk(256 * 1024).Select(part => new ProtectChunk { Data = ByteString.CopyFrom(part) }.ToByteArray());
        var answer = await Python.SendAsync(Images + "Protect", [new ProtectChunk { Metadata = Metadata() }.ToByteArray(), .. chunks], streams: true);
        Assert.True(answer.Status == "OK", answer.Details);
    }

    [Fact]
    public async Task Texts_are_UTF_8()
    {
        // Of one length, so that the lengths around it hold: the last letter becomes half a character.
        static byte[] Broken(IMessage message)
        {
            var bytes = message.ToByteArray();
            var at = bytes.AsSpan().IndexOf("BROKEN"u8);
            bytes[at + 5] = 0xC3;
            return bytes;
        }

        var artist = Metadata();
        artist.ArtistName = "BROKEN";
        var tag = Metadata();
        tag.Tags.AddRange(["fine", "BROKEN"]);
        var text = Metadata();
        text.Config = new ProtectionConfig { Watermark = new WatermarkConfig { Strategy = "visible", Text = "BROKEN" } };
        foreach (var (method, message) in new (string, IMessage)[]
        {
            (Tasks + "QueueTask", new TaskRequest { TaskType = "BROKEN" }),
            (Health + "Check", new global::Grpc.Health.V1.HealthCheckRequest { Service = "BROKEN" }),
            (Images + "GetJob", new JobRequest { JobId = "BROKEN" }),
            (Images + "SubmitJob", artist),
            (Images + "SubmitJob", tag),
            (Images + "SubmitJob", text),
        })
        {
            var answer = await Python.SendAsync(method, [Broken(message)]);
            Assert.Equal((method, "INVALID_ARGUMENT"), (method, answer.Status));
            Assert.Contains("UTF-8", answer.Details, StringComparison.Ordinal);
        }

        var stream = await Python.SendAsync(Images + "Protect", [Broken(new ProtectChunk { Metadata = artist })], streams: true);
        Assert.Equal("INVALID_ARGUMENT", stream.Status);

        // What stands for unreadable text is text itself.
        Assert.Equal("OK", (await Python.SendAsync(Tasks + "QueueTask", [new TaskRequest { TaskType = "echo\uFFFD" }.ToByteArray()])).Status);
    }

    [Fact]
    public async Task Callers_without_a_key_are_limited_by_their_address()
    {
        const int Burst = 20;
        await using var host = await ExampleHost.StartAsync(
            ("ApiKeys:Keys:0:Owner", "ada"), ("ApiKeys:Keys:0:Key", "ada-0123456789abcdefghijklmnop"),
            ("RateLimit:AnonymousBurst", $"{Burst}"), ("RateLimit:AnonymousRequestsPerSecond", "0.01"), ("RateLimit:ReplenishmentPeriod", "00:05:00"));
        var peer = Fixture.Peer("python", host);
        var ends = new List<string>();
        for (var call = 0; call < Burst + 5; call++)
        {
            ends.Add((await peer.SendAsync(Health + "Check", [Malformed])).Status);
        }

        Assert.Equal([.. Enumerable.Repeat("INVALID_ARGUMENT", Burst), .. Enumerable.Repeat("RESOURCE_EXHAUSTED", 5)], ends);
        using var refused = await host.Client.GetAsync(new Uri("jobs", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        var key = new JsonObject { ["x-api-key"] = "ada-0123456789abcdefghijklmnop" };
        Assert.Equal("OK", (await peer.CallAsync(Tasks + "ListTasks", [new JsonObject()], key)).Status);

        // Probes are open all the same.
        using var alive = await host.Client.GetAsync(new Uri("health/ready", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    private const string StatusInvalidArgument = "3";
    private const string StatusResourceExhausted = "8";

    private static ProtectRequest Metadata() => new() { ArtistName = "Ada", ArtworkTitle = "In a message" };

    private static byte[] Head(byte flag, int length)
    {
        var head = new byte[5];
        head[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), length);
        return head;
    }

    private static byte[] Framed(byte[] compressed) => [.. Head(1, compressed.Length), .. compressed];

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return output.ToArray();
    }

    private async Task<byte[]> LargePictureAsync(int size)
    {
        var picture = await PictureAsync("small.jpg");
        return [.. picture, .. RandomNumberGenerator.GetBytes(size - picture.Length)];
    }

    // As no client library would send it.
    private async Task<string> PostAsync(string method, byte[] body, string? encoding)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{Fixture.Host.Target}/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (encoding is not null)
        {
            request.Headers.Add("grpc-encoding", encoding);
        }

        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var answer = await client.SendAsync(request, Token);
        await answer.Content.ReadAsByteArrayAsync(Token);
        return Assert.Single(answer.TrailingHeaders.Concat(answer.Headers).Where(h => h.Key == "grpc-status").SelectMany(h => h.Value));
    }

    // The example program logs each request, as the template of web applications does; what is said beyond that counts.
    private void AssertQuiet(int before, int calls)
    {
        var said = Fixture.Host.Output[before..].Split('\n');
        Assert.True(
            said.Count(line => line.StartsWith("fail:", StringComparison.Ordinal) || line.StartsWith("warn:", StringComparison.Ordinal)) <= calls
                && !said.Any(line => line.Contains("   at ", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal)),
            string.Create(CultureInfo.InvariantCulture, $"After {calls} calls:\n{string.Join('\n', said)}"));
    }
}
