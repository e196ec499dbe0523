using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Compression;
using System.IO.Hashing;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Artorizer.Contracts.TaskRpc;
using Google.Protobuf;
using Grpc.Net.Client;

namespace Artorizer.AppHostTests;

/// <summary>A client of a running application: pictures by HTTP, tasks by gRPC.</summary>
internal sealed class JobsClient(Uri http, Uri grpc) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly HttpClient _http = new() { BaseAddress = http };
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(grpc);
    private readonly ConcurrentDictionary<string, byte> _jobs = new();
    private readonly ConcurrentDictionary<int, byte> _tasks = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Submits a picture that was never sent before.</summary>
    /// <returns>The job's id.</returns>
    public async Task<string> SubmitPictureAsync()
    {
        using var image = new ByteArrayContent(Picture());
        image.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using var form = new MultipartFormDataContent
        {
            { image, "image", "picture.png" },
            { new StringContent("Ada"), "artist_name" },
            { new StringContent("Noise"), "artwork_title" },
        };
        using var answer = await _http.PostAsync(new Uri("protect", UriKind.Relative), form, Token);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(Token));
        var job = (string)(await answer.Content.ReadFromJsonAsync<JsonNode>(Token))!["job_id"]!;
        _jobs[job] = 0;
        return job;
    }

    /// <summary>Queues a task that sleeps.</summary>
    public async Task QueueSleepAsync(int milliseconds)
    {
        var data = JsonSerializer.SerializeToUtf8Bytes(new { ms = milliseconds });
        var client = new TaskDaemon.TaskDaemonClient(_channel);
        var queued = await client.QueueTaskAsync(
            new TaskRequest { TaskType = "sleep", TaskData = ByteString.CopyFrom(data) }, cancellationToken: Token);
        _tasks[queued.TaskId] = 0;
    }

    /// <summary>Waits until a job has ended.</summary>
    public async Task<JsonNode> EndOfAsync(string job)
    {
        while (true)
        {
            var now = (await _http.GetFromJsonAsync<JsonNode>(new Uri($"jobs/{job}", UriKind.Relative), Token))!;
            if ((string?)now["status"] is "completed" or "failed")
            {
                return now;
            }

            await Task.Delay(Pause, Token);
        }
    }

    /// <summary>Fails unless everything that was accepted completes.</summary>
    public async Task AssertAllCompletedAsync()
    {
        foreach (var job in _jobs.Keys)
        {
            var ended = await EndOfAsync(job);
            Assert.True((string?)ended["status"] == "completed", ended.ToJsonString());
            using var file = await _http.GetAsync(new Uri($"jobs/{job}/download/protected", UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
            Assert.NotEmpty(await file.Content.ReadAsByteArrayAsync(Token));
        }

        var client = new TaskDaemon.TaskDaemonClient(_channel);
        foreach (var task in _tasks.Keys)
        {
            TaskInfo info;
            do
            {
                info = await client.GetTaskAsync(new TaskIdRequest { TaskId = task }, cancellationToken: Token);
                await Task.Delay(info.Status is "completed" or "failed" ? TimeSpan.Zero : Pause, Token);
            }
            while (info.Status is not ("completed" or "failed"));
            Assert.True(info.Status == "completed", info.LastError);
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _channel.Dispose();
    }

    // A PNG file of noise (W3C PNG, third edition): 8 bits a sample, grey.
    private static byte[] Picture()
    {
        const int Side = 160;
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Side);
        header[8] = 8;
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var y = 0; y < Side; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(RandomNumberGenerator.GetBytes(Side));
            }
        }

        Write(file, "IHDR"u8, header);
        Write(file, "IDAT"u8, data.ToArray());
        Write(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Write(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] chunk = [.. type, .. data];
        file.Write(chunk);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(chunk));
        file.Write(number);
    }
}
