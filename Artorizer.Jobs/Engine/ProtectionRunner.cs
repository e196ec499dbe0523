using System.Diagnostics;
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
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
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
        catch (RpcException e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Status.Detail);
            throw EngineErrors.From(e, attempt, cancellationToken);
        }
        catch (StoreUnavailableException e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            throw EngineErrors.StorageUnreachable("The object store could not be reached.", e);
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

        using var call = engine.Protect(command, deadline: DateTime.UtcNow + options.Value.Timeout, cancellationToken: cancellationToken);
        return await EngineStreams.FollowAsync(call.ResponseStream, attempt, artifacts: null, cancellationToken);
    }

    private async Task<Completed> StreamAsync(ProtectCommand command, OriginalImage original, JobAttempt attempt, CancellationToken cancellationToken)
    {
        await using var content = await objects.OpenAsync(original.Key, 0, null, cancellationToken) ?? throw OriginalMissing();
        await using var artifacts = new ArtifactReceiver(objects, command.JobId);
        return await EngineStreams.ProtectAsync(
            engine, command, content.Stream, attempt, artifacts, options.Value.Timeout, cancellationToken);
    }

    internal static JobFailedException OriginalMissing() =>
        EngineErrors.From(JobErrorCodes.OriginalMissing, "The original image is no longer in the store.");
}
