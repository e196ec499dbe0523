using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Artorizer.IntegrationTests.Uploads;

/// <summary>A network that breaks: passes bytes on to a host, and cuts a connection after a number of bytes that went up or down on it.</summary>
internal sealed class BreakingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<int> _cuts;
    private readonly ConcurrentQueue<int> _downCuts;
    private readonly ConcurrentDictionary<Task, byte> _connections = new();
    private readonly Task _accepting;
    private CancellationTokenSource _break = new();
    private int _answered;
    private bool _muted;
    private long _bytesDown;
    private long _up;

    /// <param name="target">Where bytes are passed on to; can be changed when the host has moved.</param>
    /// <param name="cuts">After how many bytes each connection that sends as many is cut, in turn; the later ones stay whole.</param>
    /// <param name="downCuts">The same for what the host sends.</param>
    public BreakingProxy(Uri target, IEnumerable<int> cuts, IEnumerable<int>? downCuts = null)
    {
        _downCuts = new ConcurrentQueue<int>(downCuts ?? []);
        Target = target;
        _cuts = new ConcurrentQueue<int>(cuts);
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    public Uri Target { get; set; }

    /// <summary>Cuts made.</summary>
    public int Cuts { get; private set; }

    /// <summary>Connections on which the host has answered.</summary>
    public int Passed => _answered;

    /// <summary>Bytes that went up.</summary>
    public long Up => Interlocked.Read(ref _up);

    /// <summary>Whether what the host sends is lost on the way, while what the client sends arrives.</summary>
    public bool Muted
    {
        get => Volatile.Read(ref _muted);
        set => Volatile.Write(ref _muted, value);
    }

    /// <summary>Bytes that the host has sent, as far as they have been passed on.</summary>
    public long BytesDown => Interlocked.Read(ref _bytesDown);

    /// <summary>Called at each cut, before the client can come back.</summary>
    public Func<int, Task>? OnCut { get; set; }

    /// <summary>Cuts every connection that there is.</summary>
    public void Break() => Interlocked.Exchange(ref _break, new CancellationTokenSource()).Cancel();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                var connection = HoldAsync(client);
                _connections[connection] = 0;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Stopped.
        }
    }

    private async Task HoldAsync(TcpClient client)
    {
        using var toClient = client;
        using var toHost = new TcpClient();
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, _break.Token);
            await toHost.ConnectAsync(IPAddress.Loopback, Target.Port, end.Token);
            var down = PassDownAsync(toHost.GetStream(), client.GetStream(), end.Token);
            var up = PassUpAsync(client.GetStream(), toHost.GetStream());
            await await Task.WhenAny(down, up);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side has gone; so does the other.
        }
    }

    private async Task PassDownAsync(NetworkStream host, NetworkStream client, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        var first = true;
        var passed = 0;
        int read;
        while ((read = await host.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (Muted)
            {
                continue;
            }

            if (_downCuts.TryPeek(out var cut) && passed + read > cut && _downCuts.TryDequeue(out cut))
            {
                await client.WriteAsync(buffer.AsMemory(0, Math.Clamp(cut - passed, 0, read)), cancellationToken);
                Cuts++;
                if (OnCut is not null)
                {
                    await OnCut(Cuts);
                }

                return;
            }

            passed += read;
            await client.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            Interlocked.Add(ref _bytesDown, read);
            if (first)
            {
                first = false;
                Interlocked.Increment(ref _answered);
            }
        }
    }

    private async Task PassUpAsync(NetworkStream client, NetworkStream host)
    {
        var buffer = new byte[16 * 1024];
        var passed = 0;
        int read;
        while ((read = await client.ReadAsync(buffer, _stop.Token)) > 0)
        {
            if (_cuts.TryPeek(out var cut) && passed + read > cut && _cuts.TryDequeue(out cut))
            {
                await host.WriteAsync(buffer.AsMemory(0, Math.Clamp(cut - passed, 0, read)), _stop.Token);
                Cuts++;
                if (OnCut is not null)
                {
                    await OnCut(Cuts);
                }

                // A reset, as from a network that has gone; not a polite end.
                client.Socket.LingerState = new LingerOption(true, 0);
                return;
            }

            await host.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            passed += read;
            Interlocked.Add(ref _up, read);
        }
    }
}
