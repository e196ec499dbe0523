using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Artorizer.Router.Errors;
using Artorizer.Router.Limits;

namespace Artorizer.Router.Realtime;

/// <summary>
/// A WebSocket with limits: one pooled buffer, which is also the longest text message; a time after which silence ends it;
/// a peer that does not read is not waited for either.
/// </summary>
/// <param name="socket">Disposed by its owner, after this.</param>
/// <param name="bufferSize">Bytes.</param>
/// <param name="sendLimit">How long the peer may take to read a message, or as much before it that there is room for it.</param>
/// <param name="time">The clock.</param>
internal sealed class SocketChannel(WebSocket socket, int bufferSize, TimeSpan sendLimit, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(bufferSize);
    private Task<ValueWebSocketReceiveResult>? _receiving;
    private UploadPace? _pace;
    private bool _waited;
    private int _filled;

    /// <summary>
    /// Begins to measure how fast the peer sends, from the next bytes on; how long it may say nothing is the business of who waits.
    /// <see langword="null"/> where it owes nothing.
    /// </summary>
    public void Measure(UploadPace? pace) => (_pace, _waited) = (pace, false);

    /// <summary>Waits for the next frame.</summary>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Stops waiting; what arrives afterwards is had by the next call.</param>
    /// <returns>The frame, or <see langword="null"/> after <paramref name="timeout"/>.</returns>
    /// <exception cref="SocketClosedException">There is no next frame.</exception>
    /// <exception cref="ApiException">413: a text message is longer than the buffer. 408: the peer is too slow.</exception>
    public async ValueTask<SocketFrame?> TryReceiveAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await TryContinueAsync(timeout, cancellationToken) is not { } received)
            {
                return null;
            }

            if (received.MessageType == WebSocketMessageType.Close)
            {
                throw new SocketClosedException();
            }

            _filled += received.Count;
            if (received.MessageType == WebSocketMessageType.Binary || received.EndOfMessage)
            {
                var frame = new SocketFrame(received.MessageType == WebSocketMessageType.Text, _buffer.AsMemory(0, _filled));
                _filled = 0;
                return frame;
            }

            if (_filled == bufferSize)
            {
                throw new ApiException(
                    StatusCodes.Status413PayloadTooLarge, "Message too large", $"A text message has at most {bufferSize:N0} bytes.");
            }
        }
    }

    /// <summary>Waits for the next frame, and refuses silence.</summary>
    /// <exception cref="ApiException">408: nothing came in time.</exception>
    public async ValueTask<SocketFrame> ReceiveAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        await TryReceiveAsync(timeout, cancellationToken)
        ?? throw new ApiException(
            StatusCodes.Status408RequestTimeout, "Idle for too long", $"Nothing came for {timeout.TotalSeconds:0.###} seconds.");

    /// <summary>Sends a text message. One sender at a time.</summary>
    /// <exception cref="SocketClosedException">The connection is gone, or the peer does not read.</exception>
    public async Task SendAsync<T>(T message, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(sendLimit);
        try
        {
            await socket.SendAsync(
                JsonSerializer.SerializeToUtf8Bytes(message, type).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new SocketClosedException();
        }
    }

    /// <summary>Says why, and closes. Waits a moment for the peer to agree, so that the last messages reach it.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status, string description)
    {
        using var limit = new CancellationTokenSource(CloseLimit, time);
        try
        {
            await socket.CloseOutputAsync(status, description, limit.Token);
            while (true)
            {
                _filled = 0;
                await TryContinueAsync(CloseLimit, limit.Token);
                if (socket.State != WebSocketState.CloseSent)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException
            or InvalidOperationException)
        {
            // It is over either way.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_receiving is not null)
        {
            // The buffer is written to until then.
            socket.Abort();
            await ((Task)_receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        ArrayPool<byte>.Shared.Return(_buffer);
    }

    // A receive that is cancelled takes the whole connection with it, and then nothing could be said any more.
    // So it is left to run, and picked up again.
    private async ValueTask<ValueWebSocketReceiveResult?> TryContinueAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        try
        {
            if (_receiving is null)
            {
                var receiving = socket.ReceiveAsync(_buffer.AsMemory(_filled, bufferSize - _filled), CancellationToken.None);
                if (receiving.IsCompletedSuccessfully)
                {
                    return Measured(begun, receiving.Result);
                }

                _receiving = receiving.AsTask();
            }

            return Measured(begun, await _receiving.WaitAsync(timeout, time, cancellationToken));
        }
        catch (TimeoutException)
        {
            if (_waited)
            {
                _pace?.Keeps(begun, 0);
            }

            return null;
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            _receiving = null;
            throw new SocketClosedException();
        }
    }

    private ValueWebSocketReceiveResult Measured(long begun, ValueWebSocketReceiveResult received)
    {
        _receiving = null;
        var keeps = !_waited || _pace is null || _pace.Keeps(begun, received.Count);
        _waited = true;
        return keeps
            ? received
            : throw new ApiException(
                StatusCodes.Status408RequestTimeout, "Too slow", "The bytes come too slowly. What came is kept; resume with the rest.");
    }
}
