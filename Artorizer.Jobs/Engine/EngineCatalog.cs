using Artorizer.Contracts.Engine;
using Grpc.Core;

namespace Artorizer.Jobs.Engine;

/// <summary>What the image engine last said of itself: the names of its analyzers and strategies are declared there and nowhere else.</summary>
/// <param name="engine">The engine over gRPC.</param>
public sealed class EngineCatalog(ImageEngine.ImageEngineClient engine)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private volatile EngineDescription? _known;

    /// <summary>The latest answer; <see langword="null"/> until an engine has answered.</summary>
    public EngineDescription? Known => _known;

    /// <summary>Asks the engine, for two seconds at most.</summary>
    /// <returns>Its answer, or <see langword="null"/> when none came; what was known before stays.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<EngineDescription?> RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            return _known = await engine.DescribeAsync(
                new DescribeRequest(), deadline: DateTime.UtcNow + Timeout, cancellationToken: cancellationToken);
        }
        catch (RpcException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("Asking the image engine was cancelled.", e, cancellationToken);
        }
        catch (RpcException)
        {
            return null;
        }
    }
}
