using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Google.Protobuf;
using Grpc.Core;

namespace Artorizer.IntegrationTests.Engine;

/// <summary>The events of one call of ProtectStream, and the files that came with them.</summary>
public sealed class EngineRun
{
    private static int s_files;

    public List<EngineEvent> Events { get; } = [];

    public Dictionary<string, byte[]> Artifacts { get; } = [];

    public Completed Completed => Events[^1].Completed;

    public static EngineOptions Options(string strategy = "robust", double strength = 0.5, string text = "artwork-1") => new()
    {
        IncludeHashAnalysis = true,
        IncludeProtection = true,
        Watermark = new WatermarkOptions { Strategy = strategy, Strength = strength, Text = text },
    };

    public static async Task<EngineRun> ProtectAsync(
        ImageEngine.ImageEngineClient client, byte[] image, EngineOptions options, CancellationToken cancellationToken, string artist = "")
    {
        using var call = client.ProtectStream(cancellationToken: cancellationToken);
        var artwork = new Artwork { ArtworkId = "artwork-1", Title = "Título", Artist = artist };
        var command = new ProtectCommand { JobId = "test", Artwork = artwork, Options = options };
        var sending = SendAsync(call.RequestStream, command, image);
        var run = new EngineRun();
        var open = new Dictionary<string, MemoryStream>();
        while (await call.ResponseStream.MoveNext(cancellationToken))
        {
            var message = call.ResponseStream.Current;
            run.Events.Add(message);
            if (message.ArtifactChunk is { } chunk)
            {
                Assert.DoesNotContain(chunk.Variant, run.Artifacts.Keys);
                if (!open.TryGetValue(chunk.Variant, out var file))
                {
                    open[chunk.Variant] = file = new MemoryStream();
                }

                chunk.Data.WriteTo(file);
                if (chunk.Last)
                {
                    run.Artifacts[chunk.Variant] = file.ToArray();
                }
            }
        }

        await sending;
        return run;
    }

    public static Task<EngineRun> ProtectAsync(EngineFixture engine, string name, EngineOptions? options = null) =>
        ProtectAsync(engine.Client, File.ReadAllBytes(engine.PathOf(name)), options ?? Options(), TestContext.Current.CancellationToken);

    public static async Task<DetectWatermarkResponse> DetectAsync(ImageEngine.ImageEngineClient client, string path)
    {
        using var call = client.DetectWatermark(cancellationToken: TestContext.Current.CancellationToken);
        foreach (var chunk in File.ReadAllBytes(path).Chunk(64 << 10))
        {
            await call.RequestStream.WriteAsync(new DetectWatermarkRequest { Chunk = UnsafeByteOperations.UnsafeWrap(chunk) });
        }

        await call.RequestStream.CompleteAsync();
        return await call.ResponseAsync;
    }

    /// <summary>The code and status that a call fails with.</summary>
    public static async Task<(string? Code, RpcException Exception)> FailAsync(Func<Task> call)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(call);
        return (exception.Trailers.GetValue(JobErrorCodes.Trailer), exception);
    }

    /// <summary>Writes an artifact to a file that other programs can open.</summary>
    public string Save(EngineFixture engine, string variant, string extension)
    {
        var path = engine.PathOf($"result{Interlocked.Increment(ref s_files)}{extension}");
        File.WriteAllBytes(path, Artifacts[variant]);
        return path;
    }

    private static async Task SendAsync(IClientStreamWriter<ProtectStreamRequest> stream, ProtectCommand command, byte[] image)
    {
        try
        {
            await stream.WriteAsync(new ProtectStreamRequest { Command = command });
            foreach (var chunk in image.Chunk(64 << 10))
            {
                await stream.WriteAsync(new ProtectStreamRequest { Chunk = UnsafeByteOperations.UnsafeWrap(chunk) });
            }

            await stream.CompleteAsync();
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException or OperationCanceledException)
        {
            // The engine may refuse before it has read everything; the response then carries the reason.
        }
    }
}
