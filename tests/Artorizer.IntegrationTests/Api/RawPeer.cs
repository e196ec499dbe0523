using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;

namespace Artorizer.IntegrationTests.Api;

/// <summary>A connection by hand, to behave as no client would: to ask and not to read, or to say half of what it should.</summary>
internal sealed class RawPeer : IDisposable
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte WindowUpdate = 8;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;
    private const int Window = int.MaxValue;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096, NoDelay = true };

    private RawPeer()
    {
    }

    /// <summary>What an HTTP/2 connection begins with, before the settings.</summary>
    public static byte[] Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Whether the host has reset the connection.</summary>
    public bool IsCut => _socket.Poll(0, SelectMode.SelectError);

    /// <summary>Connects, and sends what may be half of something.</summary>
    public static async Task<RawPeer> SendAsync(int port, byte[] bytes)
    {
        var peer = new RawPeer();
        await peer._socket.ConnectAsync(IPAddress.Loopback, port, Token);
        if (bytes.Length > 0)
        {
            await peer._socket.SendAsync(bytes, Token);
        }

        return peer;
    }

    /// <summary>Asks over HTTP/1.1, and reads the begin of the answer.</summary>
    public static async Task<RawPeer> GetAsync(int port, string path, int status, params IEnumerable<string> headers)
    {
        var request = $"GET /{path} HTTP/1.1\r\nHost: localhost:{port}\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n";
        var peer = await SendAsync(port, Encoding.ASCII.GetBytes(request));
        var expected = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}");
        Assert.Equal(expected, Encoding.ASCII.GetString(await peer.ReadAsync(expected.Length)));
        return peer;
    }

    /// <summary>Asks for a WebSocket, and sends what may be half a frame.</summary>
    public static async Task<RawPeer> UpgradeAsync(int port, string path, params byte[] frame)
    {
        var peer = await GetAsync(
            port, path, 101, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
        await peer._socket.SendAsync(frame, Token);
        return peer;
    }

    /// <summary>Begins a gRPC call, and sends no message.</summary>
    public static Task<RawPeer> BeginCallAsync(int port, string method) =>
        SendAsync(port, [.. Preface, .. Frame(Settings, 0, 0, []), .. Frame(Headers, EndHeaders, 1, Call(port, method))]);

    /// <summary>Sends bytes of the call's messages.</summary>
    public Task DataAsync(byte[] bytes) => SendAsync(Frame(Data, 0, 1, bytes));

    /// <summary>Sends bytes.</summary>
    public async Task SendAsync(byte[] bytes) => await _socket.SendAsync(bytes, Token);

    /// <summary>Reads HTTP/2 frames until the headers that end the call, and gives all headers as they came, names and values among them.</summary>
    public async Task<string> TrailersAsync()
    {
        const byte Ping = 6;
        const byte Ack = 1;
        var headers = new StringBuilder();
        while (true)
        {
            var head = await ReadAsync(9);
            var payload = await ReadAsync((head[0] << 16) | (head[1] << 8) | head[2]);
            switch (head[3])
            {
                case Headers:
                    headers.Append(Encoding.Latin1.GetString(payload));
                    if ((head[4] & EndStream) != 0)
                    {
                        return headers.ToString();
                    }

                    break;
                case Ping when (head[4] & Ack) == 0:
                    await SendAsync(Frame(Ping, Ack, 0, payload));
                    break;
            }
        }
    }

    /// <summary>Calls a gRPC method that streams.</summary>
    /// <param name="port">Of the gRPC API.</param>
    /// <param name="method">Service and method.</param>
    /// <param name="request">Its message.</param>
    /// <param name="wide">Whether the host may send as much as the connection takes; else 64 KiB.</param>
    public static async Task<RawPeer> CallAsync(int port, string method, IMessage request, bool wide)
    {
        var window = new byte[6];
        window[1] = 4;
        BinaryPrimitives.WriteInt32BigEndian(window.AsSpan(2), Window);
        var update = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(update, Window - ushort.MaxValue);
        byte[] opening =
        [
            .. Preface, .. Frame(Settings, 0, 0, wide ? window : []), .. wide ? Frame(WindowUpdate, 0, 0, update) : [],
            .. Frame(Headers, EndHeaders, 1, Call(port, method)),
            .. Frame(Data, EndStream, 1, Message(request)),
        ];
        return await SendAsync(port, opening);
    }

    /// <summary>Reads HTTP/2 frames, answers pings, and gives no leave for more, until the host resets the stream.</summary>
    /// <returns>Bytes of data before that.</returns>
    public async Task<int> ResetAsync()
    {
        const byte ResetStream = 3;
        const byte Ping = 6;
        const byte Ack = 1;
        for (var data = 0; ;)
        {
            var head = await ReadAsync(9);
            var length = (head[0] << 16) | (head[1] << 8) | head[2];
            var payload = await ReadAsync(length);
            switch (head[3])
            {
                case Data:
                    data += length;
                    break;
                case Ping:
                    await _socket.SendAsync(Frame(Ping, Ack, 0, payload), Token);
                    break;
                case ResetStream:
                    return data;
            }
        }
    }

    /// <summary>Reads, and answers nothing, until the host ends the connection.</summary>
    /// <returns>What it said before.</returns>
    public async Task<string> EndAsync()
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await _socket.ReceiveAsync(buffer, Token) is > 0 and var count)
            {
                text.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // So it may.
        }

        return text.ToString();
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] Call(int port, string method) =>
    [
        .. Field(":method", "POST"), .. Field(":scheme", "http"), .. Field(":path", "/" + method), .. Field(":authority", $"localhost:{port}"),
        .. Field("content-type", "application/grpc"), .. Field("te", "trailers"),
    ];

    private static byte[] Frame(byte type, byte flags, byte stream, byte[] payload) =>
        [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, stream, .. payload];

    // gRPC over HTTP/2, Length-Prefixed-Message: not compressed, length, message.
    private static byte[] Message(IMessage message)
    {
        var bytes = message.ToByteArray();
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        return [0, .. length, .. bytes];
    }

    // RFC 7541 §6.2.2: a literal that is not indexed, with a new name.
    private static byte[] Field(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    private async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var got = await _socket.ReceiveAsync(bytes.AsMemory(read), Token);
            Assert.NotEqual(0, got);
            read += got;
        }

        return bytes;
    }
}
