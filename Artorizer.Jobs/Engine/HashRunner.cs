using Artorizer.Contracts.Engine;
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
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async Task<Completed> RunAsync(Stream image, IEnumerable<string> analyzers, JobAttempt attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(attempt);
        var command = new ProtectCommand
        {
            JobId = attempt.Job.Id,
            Artwork = new Artwork { ArtworkId = attempt.Job.Id },
            Options = new EngineOptions
            {
                IncludeHashAnalysis = true,
                IncludeProtection = false,
                Watermark = new WatermarkOptions { Strategy = "none" },
            },
        };
        command.Options.Processors.AddRange(analyzers);

        try
        {
            return await EngineStreams.ProtectAsync(engine, command, image, attempt, artifacts: null, options.Value.Timeout, cancellationToken);
        }
        catch (RpcException e)
        {
            throw EngineErrors.From(e, attempt, cancellationToken);
        }
    }
}
