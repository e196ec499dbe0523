using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs.Objects;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Artorizer.Jobs.Engine;

/// <summary>Drives the image engine through one image, each way an image can travel.</summary>
/// <param name="engine">The engine over gRPC.</param>
/// <param name="direct">The engine over plain HTTP.</param>
/// <param name="objects">Where originals and artifacts are kept.</param>
/// <param name="options">Address and limits.</param>
public sealed class ProtectionRunner(
    ImageEngine.ImageEngineClient engine,
    DirectEngineClient direct,
    IObjectStore objects,
    IOptions<EngineClientOptions> options)
{
    /// <summary>Protects the image and stores its artifacts; reports to <paramref name="attempt"/>.</summary>
    /// <param name="via">One of <see cref="JobVia"/>.</param>
    /// <param name="task">What to do.</param>
    /// <param name="attempt">Told of each step.</param>
    /// <param name="cancellationToken">Stops the engine.</param>
    /// <exception cref="JobFailedException">With the engine's code, or one for what lies between.</exception>
    public async Task<ProtectionOutcome> RunAsync(string via, ProtectionTask task, JobAttempt attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(attempt);
        using var activity = EngineClientTelemetry.Source.StartActivity("protect image");
        activity?.SetTag("artorizer.via", via);
        activity?.SetTag("artorizer.image.format", task.Original.Format);
        activity?.SetTag("artorizer.image.bytes", task.Original.Length);
        var command = ProtectionCommands.Command(attempt.Job.Id, task);
        try
        {
            var completed = via switch
            {
                JobVia.Direct => await direct.ProtectAsync(command, task.Original, attempt, cancellationToken),
                JobVia.Grpc => await StreamAsync(command, task.Original, attempt, cancellationToken),
                _ => await ByUrlAsync(command, task.Original, attempt, cancellationToken),
            };
            return ProtectionCommands.Outcome(attempt.Job.Id, completed);
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Status.Detail);
            throw EngineErrors.From(e);
        }
        catch (StoreUnavailableException e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            throw EngineErrors.From(JobErrorCodes.StorageUnavailable, "The object store could not be reached.", e);
        }
        catch (RpcException e)
        {
            throw new OperationCanceledException("The engine call was cancelled.", e, cancellationToken);
        }
    }

    private async Task<Completed> ByUrlAsync(ProtectCommand command, OriginalImage original, JobAttempt attempt, CancellationToken cancellationToken)
    {
        var lifetime = options.Value.UrlLifetime;
        var source = await objects.PresignGetAsync(original.Key, new PresignGetOptions { Expires = lifetime }, cancellationToken);
        command.SourceUrl = source.Url.AbsoluteUri;
        foreach (var variant in ArtifactKeys.Made)
        {
            var target = await objects.PresignPutAsync(
                ArtifactKeys.Key(command.JobId, variant),
                new PresignPutOptions { Expires = lifetime, ContentType = ArtifactKeys.ContentType(variant, original.ContentType) },
                cancellationToken);
            var artifact = new ArtifactTarget { Variant = variant, Url = target.Url.AbsoluteUri, Method = target.Method };
            artifact.Headers.Add(new Dictionary<string, string>(target.Headers));
            command.Targets.Add(artifact);
        }

        using var call = engine.Protect(command, Call(cancellationToken));
        return await EngineStreams.FollowAsync(call.ResponseStream, attempt, artifacts: null, cancellationToken);
    }

    private async Task<Completed> StreamAsync(ProtectCommand command, OriginalImage original, JobAttempt attempt, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = engine.ProtectStream(Call(stop.Token));
        await using var artifacts = new ArtifactReceiver(objects, command.JobId);
        var sending = SendAsync(call.RequestStream, command, original, stop);
        try
        {
            var completed = await EngineStreams.FollowAsync(call.ResponseStream, attempt, artifacts, stop.Token);
            await sending;
            return completed;
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            await stop.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (sending.Exception?.InnerException is { } ours && IsOurs(ours))
            {
                // The engine was broken off because our own side could not read the original.
                ExceptionDispatchInfo.Throw(ours);
            }

            throw;
        }
        finally
        {
            await stop.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Of reading the original, not of the call.
    private static bool IsOurs(Exception e) => e is JobFailedException or StoreUnavailableException or IOException;

    private async Task SendAsync(IClientStreamWriter<ProtectStreamRequest> requests, ProtectCommand command, OriginalImage original, CancellationTokenSource stop)
    {
        try
        {
            await requests.WriteAsync(new ProtectStreamRequest { Command = command }, stop.Token);
            await using var content = await objects.OpenAsync(original.Key, 0, null, stop.Token) ?? throw OriginalMissing();
            await EngineStreams.SendAsync(requests, content.Stream, stop.Token);
        }
        catch (Exception e) when (IsOurs(e))
        {
            // Without the rest the engine would wait for it until its deadline.
            await stop.CancelAsync();
            throw;
        }

        await requests.CompleteAsync();
    }

    internal static JobFailedException OriginalMissing() =>
        EngineErrors.From(JobErrorCodes.OriginalMissing, "The original image is no longer in the store.");

    private CallOptions Call(CancellationToken cancellationToken) =>
        new(deadline: DateTime.UtcNow + options.Value.Timeout, cancellationToken: cancellationToken);
}
