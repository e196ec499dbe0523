using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Artorizer.IntegrationTests.Uploads;

/// <summary>A WebSocket client that talks in JSON.</summary>
internal sealed class SocketClient : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[64 * 1024];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>How the server closed.</summary>
    public int? CloseStatus => (int?)_socket.CloseStatus;

    public string? SubProtocol => _socket.SubProtocol;

    public static async Task<SocketClient> ConnectAsync(Uri host, string path, Action<ClientWebSocketOptions>? configure = null)
    {
        var client = new SocketClient();
        client._socket.Options.CollectHttpResponseDetails = true;
        configure?.Invoke(client._socket.Options);
        await client._socket.ConnectAsync(new UriBuilder(new Uri(host, path)) { Scheme = "ws" }.Uri, Token);
        return client;
    }

    /// <summary>The HTTP status with which a handshake is refused.</summary>
    public static async Task<int> RefusedAsync(Uri host, string path, Action<ClientWebSocketOptions>? configure = null)
    {
        using var client = new SocketClient();
        client._socket.Options.CollectHttpResponseDetails = true;
        configure?.Invoke(client._socket.Options);
        await Assert.ThrowsAsync<WebSocketException>(
            () => client._socket.ConnectAsync(new UriBuilder(new Uri(host, path)) { Scheme = "ws" }.Uri, Token));
        return (int)client._socket.HttpStatusCode;
    }

    public Task SendAsync(string text) => _socket.SendAsync(Encoding.UTF8.GetBytes(text).AsMemory(), WebSocketMessageType.Text, true, Token).AsTask();

    public Task SendAsync(ReadOnlyMemory<byte> bytes, bool end = true) => _socket.SendAsync(bytes, WebSocketMessageType.Binary, end, Token).AsTask();

    /// <summary>The next message; <see langword="null"/> once the server has closed.</summary>
    public async Task<JsonNode?> NextAsync()
    {
        using var message = new MemoryStream();
        while (true)
        {
            var received = await _socket.ReceiveAsync(_buffer.AsMemory(), Token);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                if (_socket.State == WebSocketState.CloseReceived)
                {
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Token);
                }

                return null;
            }

            message.Write(_buffer, 0, received.Count);
            if (received.EndOfMessage)
            {
                return JsonNode.Parse(message.ToArray());
            }
        }
    }

    /// <summary>The next message of a type; those before it are passed over, an error is not.</summary>
    public async Task<JsonNode> NextAsync(string type)
    {
        while (true)
        {
            var message = await NextAsync() ?? throw new InvalidOperationException($"Closed with {CloseStatus} before '{type}' came.");
            if ((string?)message["type"] == type)
            {
                return message;
            }

            Assert.False((string?)message["type"] == "error", message.ToJsonString());
        }
    }

    /// <summary>Waits until the server has stored the upload as far as an offset; it may tell of parts before.</summary>
    public async Task ReceivedAsync(long offset)
    {
        long last;
        do
        {
            last = (long)(await NextAsync("received"))["offset"]!;
            Assert.InRange(last, 0, offset);
        }
        while (last < offset);
    }

    /// <summary>All messages until the server closes.</summary>
    public async Task<List<JsonNode>> RestAsync()
    {
        var rest = new List<JsonNode>();
        while (await NextAsync() is { } message)
        {
            rest.Add(message);
        }

        return rest;
    }

    /// <summary>Leaves without a word.</summary>
    public void Abort() => _socket.Abort();

    public void Dispose() => _socket.Dispose();
}
