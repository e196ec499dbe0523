using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Limits;

/// <summary>
/// Ends responses that nobody reads. The server's own limit is an average over the whole response: who takes a few megabytes and then
/// stops would hold a connection and an open file for hours.
/// </summary>
internal static class TimedWrites
{
    /// <summary>Bytes that may take as long as the limit.</summary>
    public const int BlockSize = 64 * 1024;

    /// <summary>Makes one write, which waits while the client is behind. One that takes nothing for too long is cut off.</summary>
    /// <param name="http">The request that is answered.</param>
    /// <param name="write">Sends at most some 128 KiB.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    /// <exception cref="OperationCanceledException">Cancelled, or cut off.</exception>
    public static async Task WriteAsync(HttpContext http, Func<CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = write(limit.Token);
        if (writing.IsCompletedSuccessfully)
        {
            return;
        }

        // Done here, for the write may well not end before: one on a stuck HTTP/2 connection does not hear of its token.
        using var cut = limit.Token.UnsafeRegister(
            _ =>
            {
                if (!cancellationToken.IsCancellationRequested)
                {
                    Cut(http);
                }
            },
            null);
        limit.CancelAfter(http.RequestServices.GetRequiredService<IOptionsMonitor<RouterLimits>>().CurrentValue.MaxReadPause);
        try
        {
            await writing;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Told a moment later; until then this would look like a failure of ours.
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>Sends what the response has buffered.</summary>
    /// <inheritdoc cref="WriteAsync"/>
    public static Task FlushAsync(HttpContext http, CancellationToken cancellationToken) =>
        WriteAsync(http, token => http.Response.BodyWriter.FlushAsync(token).AsTask(), cancellationToken);

    /// <summary>Sends the rest of a stream.</summary>
    /// <inheritdoc cref="WriteAsync"/>
    public static async Task CopyAsync(HttpContext http, Stream source, CancellationToken cancellationToken)
    {
        var output = http.Response.BodyWriter;
        while (true)
        {
            var read = await source.ReadAsync(output.GetMemory(BlockSize), cancellationToken);
            if (read == 0)
            {
                return;
            }

            output.Advance(read);
            await FlushAsync(http, cancellationToken);
        }
    }

    // Over HTTP/2 an abort ends one stream. Where the client takes nothing of the whole connection, not even that it would hear of,
    // and the connection would be held with all that waits on it.
    private static void Cut(HttpContext http)
    {
        var isStuck = HttpProtocol.IsHttp2(http.Request.Protocol)
            && http.Features.Get<IConnectionSocketFeature>() is { Socket: var socket } && !CanSend(socket);
        http.Abort();
        if (isStuck)
        {
            http.Features.Get<IConnectionLifetimeFeature>()?.Abort();
        }
    }

    private static bool CanSend(Socket socket)
    {
        try
        {
            return socket.Poll(TimeSpan.Zero, SelectMode.SelectWrite);
        }
        catch (ObjectDisposedException)
        {
            // Gone meanwhile.
            return true;
        }
    }
}
