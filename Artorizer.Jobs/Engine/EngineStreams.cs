using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Google.Protobuf;
using Grpc.Core;

namespace Artorizer.Jobs.Engine;

/// <summary>What every streaming call of the image engine does in either direction.</summary>
internal static class EngineStreams
{
    private const int ChunkSize = 256 * 1024;

    /// <summary>Sends an image in chunks, after the command.</summary>
    public static async Task SendAsync(IClientStreamWriter<ProtectStreamRequest> requests, Stream image, CancellationToken cancellationToken)
    {
        var buffer = new byte[ChunkSize];
        int read;
        while ((read = await image.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)) > 0)
        {
            // Serialised before WriteAsync returns, so the buffer can be used again.
            await requests.WriteAsync(new ProtectStreamRequest { Chunk = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, read)) }, cancellationToken);
        }
    }

    /// <summary>Reports to the attempt what the engine tells, up to its last event.</summary>
    /// <exception cref="JobFailedException">The engine broke off.</exception>
    public static async Task<Completed> FollowAsync(
        IAsyncStreamReader<EngineEvent> events, JobAttempt attempt, ArtifactReceiver? artifacts, CancellationToken cancellationToken)
    {
        Completed? completed = null;
        await foreach (var engineEvent in events.ReadAllAsync(cancellationToken))
        {
            switch (engineEvent.EventCase)
            {
                case EngineEvent.EventOneofCase.Plan:
                    attempt.Plan(engineEvent.Plan.Steps);
                    break;
                case EngineEvent.EventOneofCase.StepStarted:
                    attempt.StepStarted(engineEvent.StepStarted.Name);
                    break;
                case EngineEvent.EventOneofCase.StepCompleted:
                    attempt.StepCompleted(engineEvent.StepCompleted.Name, TimeSpan.FromMilliseconds(engineEvent.StepCompleted.DurationMs));
                    break;
                case EngineEvent.EventOneofCase.ArtifactChunk when artifacts is not null:
                    await artifacts.ReceiveAsync(engineEvent.ArtifactChunk, cancellationToken);
                    break;
                case EngineEvent.EventOneofCase.Completed:
                    completed = engineEvent.Completed;
                    break;
            }
        }

        return completed ?? throw EngineErrors.From(JobErrorCodes.EngineUnavailable, "The image engine broke off before it was done.");
    }
}
