using System.Text.Json;
using Artorizer.Contracts.Streams;
using Artorizer.Router.Errors;

namespace Artorizer.Router.Realtime;

/// <summary>
/// The binary messages of a WebSocket as one stream that ends with <c>{"type":"end"}</c>. Read as fast as the store takes it,
/// which is how a fast sender is slowed down; tells the sender on the way how far it has come.
/// </summary>
/// <param name="channel">Where the bytes come from.</param>
/// <param name="idle">How long the sender may say nothing.</param>
/// <param name="offset">Where in the file the first byte is.</param>
/// <param name="stored">Tells how much is durable.</param>
/// <param name="time">The clock.</param>
internal sealed class SocketBody(SocketChannel channel, TimeSpan idle, long offset, Func<long> stored, TimeProvider time) : ReadOnlyStream
{
    private const int ReportBytes = 1 << 20;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(250);
    private ReadOnlyMemory<byte> _rest;
    private long _received = offset;
    private long _reported = offset;
    private long _reportedAt = time.GetTimestamp();

    /// <summary>Whether the sender has said that this is all.</summary>
    public bool Ended { get; private set; }

    public override long Position => _received;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty)
        {
            if (Ended)
            {
                return 0;
            }

            var frame = await ReceiveAsync(cancellationToken);
            if (frame.IsText)
            {
                RequireEnd(frame.Bytes);
                Ended = true;
            }
            else
            {
                _rest = frame.Bytes;
            }
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        _received += count;
        return count;
    }

    /// <summary>Tells the sender how far it has come.</summary>
    public async Task ReportAsync(CancellationToken cancellationToken)
    {
        _reported = _received;
        _reportedAt = time.GetTimestamp();
        await channel.SendAsync(new ReceivedMessage(_received, stored()), SocketJsonContext.Default.ReceivedMessage, cancellationToken);
    }

    private async ValueTask<SocketFrame> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (_received > _reported)
        {
            var due = _received - _reported >= ReportBytes || time.GetElapsedTime(_reportedAt) >= ReportInterval;

            // A sender that waits for word before it goes on gets it soon.
            if (!due && await channel.TryReceiveAsync(ReportInterval, cancellationToken) is { } soon)
            {
                return soon;
            }

            await ReportAsync(cancellationToken);
        }

        return await channel.ReceiveAsync(idle, cancellationToken);
    }

    private static void RequireEnd(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var message = JsonDocument.Parse(text);
            if (message.RootElement.ValueKind == JsonValueKind.Object
                && message.RootElement.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("end"))
            {
                return;
            }
        }
        catch (JsonException)
        {
            // Refused below like any other text.
        }

        throw ApiException.BadField("type", "after the first message, send binary messages and then {\"type\":\"end\"}");
    }
}
