using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The response stream; a write completes when the message is with the connection, so a slow client holds the method back.</summary>
internal sealed class HttpContextStreamWriter<TResponse>(HttpContextServerCallContext context, Action<TResponse, SerializationContext> serialize)
    : IServerStreamWriter<TResponse>
    where TResponse : class
{
    private int _writing;

    public WriteOptions? WriteOptions
    {
        get => context.WriteOptions;
        set => context.WriteOptions = value;
    }

    public Task WriteAsync(TResponse message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TResponse message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Exchange(ref _writing, 1) == 1)
        {
            throw new InvalidOperationException("Can't write the message because the previous write is in progress.");
        }

        try
        {
            // Half a message cannot be taken back, so cancelling a write cancels the call, as in the other implementations.
            using var registration = cancellationToken.UnsafeRegister(
                static state => ((HttpContextServerCallContext)state!).Reset(HttpContextServerCallContext.CancelError), context);
            await context.WriteStreamedAsync(message, serialize);
            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }
}
