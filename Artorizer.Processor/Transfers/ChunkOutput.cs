using Artorizer.Contracts.Engine;
using Artorizer.Processor.Engine;
using Google.Protobuf;
using Grpc.Core;

namespace Artorizer.Processor.Transfers;

/// <summary>Progress and files to one gRPC stream.</summary>
internal sealed class ChunkOutput(IServerStreamWriter<EngineEvent> stream) : IEngineOutput
{
    // Well below the usual message limit of 4 MiB, large enough that framing costs nothing.
    private const int ChunkSize = 256 << 10;

    public bool Wants(string variant) => true;

    public async ValueTask ReportAsync(EngineEvent message, CancellationToken cancellationToken) =>
        await stream.WriteAsync(message, cancellationToken);

    public async Task StoreAsync(IReadOnlyList<EngineArtifact> artifacts, CancellationToken cancellationToken)
    {
        foreach (var artifact in artifacts)
        {
            await using var file = JobWorkspace.OpenRead(artifact.Path);
            for (var left = artifact.Length; left > 0;)
            {
                // Each message keeps its bytes until it is on the wire, so each has an array of its own.
                var bytes = new byte[Math.Min(left, ChunkSize)];
                await file.ReadExactlyAsync(bytes, cancellationToken);
                left -= bytes.Length;
                var chunk = new ArtifactChunk
                {
                    Variant = artifact.Variant,
                    ContentType = artifact.ContentType,
                    Data = UnsafeByteOperations.UnsafeWrap(bytes),
                    Last = left == 0,
                };
                await stream.WriteAsync(new EngineEvent { ArtifactChunk = chunk }, cancellationToken);
            }
        }
    }
}
