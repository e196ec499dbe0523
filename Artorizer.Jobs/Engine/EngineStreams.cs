using System.Runtime.ExceptionServices;
using Artorizer.Contracts.Engine;
using Google.Protobuf;
using Grpc.Core;

namespace Artorizer.Jobs.Engine;

/// <summary>The streaming calls of the image engine: sends the image while it follows what the engine reports.</summary>
internal static class EngineStreams
{
    private const int ChunkSize = 256 * 1024;

    /// <summary>Streams an image to the engine and reports what it does to the attempt.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="command">What to do; sent before the image.</param>
    /// <param name="image">Read to its end.</param>
    /// <param name="attempt">Told of each step.</param>
    /// <param name="artifacts">Takes the files that come back, or <see langword="null"/> to drop them.</param>
    /// <param name="timeout">Longest time from the call to the last event.</param>
    /// <param name="cancellationToken">Stops both directions, and with them the engine.</param>
    /// <exception cref="RpcException">The engine refused or failed, or the call was cancelled.</exception>
    /// <exception cref="JobFailedException">The engine ended the call before it was done.</exception>
    /// <remarks>An exception of reading <paramref name="image"/> is thrown as it is, instead of the failed call that it causes.</remarks>
    public static async Task<Completed> ProtectAsync(
        ImageEngine.ImageEngineClient engine,
        ProtectCommand command,
        Stream image,
        JobAttempt attempt,
        ArtifactReceiver? artifacts,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = engine.ProtectStream(deadline: DateTime.UtcNow + timeout, cancellationToken: stop.Token);
        var sending = SendAsync(call.RequestStream, command, image, stop);
        try
        {
            var completed = await FollowAsync(call.ResponseStream, attempt, artifacts, stop.Token);
            await sending;
            return completed;
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            await EndAsync(sending, stop);
            if (sending is { IsCompletedSuccessfully: true, Result: { } unreadable })
            {
                unreadable.Throw();
            }

            throw;
        }
        finally
        {
            await EndAsync(sending, stop);
        }
    }

    /// <summary>Reports to the attempt what the engine tells, up to its last event.</summary>
    /// <exception cref="JobFailedException">The engine ended the call before it was done.</exception>
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

        return completed ?? throw EngineErrors.Interrupted(attempt);
    }

    /// <returns>Why the image could not be read, or <see langword="null"/> when all of it was sent.</returns>
    private static async Task<ExceptionDispatchInfo?> SendAsync(
        IClientStreamWriter<ProtectStreamRequest> requests, ProtectCommand command, Stream image, CancellationTokenSource stop)
    {
        await requests.WriteAsync(new ProtectStreamRequest { Command = command }, stop.Token);
        var buffer = new byte[ChunkSize];
        while (true)
        {
            int read;
            try
            {
                read = await image.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop.Token);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                // Without the rest the engine would wait for it until its deadline.
                await stop.CancelAsync();
                return ExceptionDispatchInfo.Capture(e);
            }

            if (read == 0)
            {
                await requests.CompleteAsync();
                return null;
            }

            // Serialised before WriteAsync returns, so the buffer can be used again.
            await requests.WriteAsync(new ProtectStreamRequest { Chunk = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, read)) }, stop.Token);
        }
    }

    private static async Task EndAsync(Task sending, CancellationTokenSource stop)
    {
        await stop.CancelAsync();
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
