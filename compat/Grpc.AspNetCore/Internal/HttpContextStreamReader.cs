using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The request stream; takes from the connection only what is asked for, which holds a fast client back.</summary>
internal sealed class HttpContextStreamReader<TRequest>(HttpContextServerCallContext context, Func<DeserializationContext, TRequest> deserialize)
    : IAsyncStreamReader<TRequest>
    where TRequest : class
{
    private bool _finished;

    public TRequest Current { get; private set; } = null!;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_finished)
        {
            return false;
        }

        if (context.IsEnded)
        {
            throw new InvalidOperationException("Can't read messages after the request is complete.");
        }

        // The last message can be collected while this waits for the next.
        Current = null!;
        var message = await context.ReadAsync(deserialize, cancellationToken);
        _finished = message is null;
        Current = message!;
        return !_finished;
    }
}
