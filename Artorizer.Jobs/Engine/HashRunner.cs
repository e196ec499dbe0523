using System.Runtime.ExceptionServices;
using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Artorizer.Jobs.Engine;

/// <summary>Has the image engine compute perceptual hashes of an image that is not kept.</summary>
/// <param name="engine">The engine over gRPC.</param>
/// <param name="options">Limits.</param>
public sealed class HashRunner(ImageEngine.ImageEngineClient engine, IOptions<EngineClientOptions> options)
{
    /// <summary>Streams the image to the engine; reports its steps to <paramref name="attempt"/>.</summary>
    /// <param name="image">Read to its end; nothing of it is kept.</param>
    /// <param name="analyzers">Names of the analyzers to run.</param>
    /// <param name="attempt">Told of each step.</param>
    /// <param name="cancellationToken">Stops the engine.</param>
    /// <returns>Hashes, size and format; no artifacts.</returns>
    /// <exception cref="JobFailedException">With the engine's code.</exception>
    public async Task<Completed> RunAsync(Stream image, IEnumerable<string> analyzers, JobAttempt attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(attempt);
        var command = new ProtectCommand
        {
            JobId = attempt.Job.Id,
            Artwork = new Artwork { ArtworkId = attempt.Job.Id },
            Options = new EngineOptions { IncludeHashAnalysis = true, IncludeProtection = false, Watermark = new WatermarkOptions { Strategy = "none" } },
        };
        command.Options.Processors.AddRange(analyzers);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = engine.ProtectStream(deadline: DateTime.UtcNow + options.Value.Timeout, cancellationToken: stop.Token);
        var sending = SendAsync(call.RequestStream, command, image, stop);
        try
        {
            var completed = await EngineStreams.FollowAsync(call.ResponseStream, attempt, artifacts: null, stop.Token);
            await sending;
            return completed;
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            await stop.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (sending.Exception?.InnerException is { } ours and not RpcException)
            {
                // The engine broke off because our own side could not read the image.
                ExceptionDispatchInfo.Throw(ours);
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw e is RpcException refused ? EngineErrors.From(refused) : EngineErrors.From(JobErrorCodes.EngineUnavailable, "The image engine call was cancelled.", e);
        }
        finally
        {
            await stop.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task SendAsync(
        IClientStreamWriter<ProtectStreamRequest> requests, ProtectCommand command, Stream image, CancellationTokenSource stop)
    {
        await requests.WriteAsync(new ProtectStreamRequest { Command = command }, stop.Token);
        try
        {
            await EngineStreams.SendAsync(requests, image, stop.Token);
        }
        catch (Exception e) when (e is not RpcException)
        {
            // Without the rest the engine would wait for it until its deadline.
            await stop.CancelAsync();
            throw;
        }

        await requests.CompleteAsync();
    }
}
