using RabbitMQ.Client;

namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>
/// A connection with its channel, from opening to the end of either. The client library does not recover them:
/// <see cref="BrokerLink"/> opens anew.
/// </summary>
internal sealed class BrokerSession : IAsyncDisposable
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource _unblocked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private BrokerSession(IConnection connection, IChannel channel)
    {
        (Connection, Channel) = (connection, channel);
        _unblocked.SetResult();
        connection.ConnectionShutdownAsync += (_, reason) => EndAsync(reason.ReplyText);
        channel.ChannelShutdownAsync += (_, reason) => EndAsync(reason.ReplyText);
        connection.ConnectionBlockedAsync += (_, _) =>
        {
            if (_unblocked.Task.IsCompleted)
            {
                _unblocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return Task.CompletedTask;
        };
        connection.ConnectionUnblockedAsync += (_, _) =>
        {
            _unblocked.TrySetResult();
            return Task.CompletedTask;
        };
    }

    public IConnection Connection { get; }

    public IChannel Channel { get; }

    public bool IsOpen => !_ended.Task.IsCompleted && Channel.IsOpen;

    /// <summary>Done when the broker takes messages; it blocks those who send while it is short of memory or disk.</summary>
    public Task Unblocked => _unblocked.Task;

    /// <summary>Why it ended, once it has.</summary>
    public Task<string> Ended => _ended.Task;

    /// <summary>Done when the link no longer gives it out.</summary>
    public Task Replaced => _replaced.Task;

    public static async Task<BrokerSession> OpenAsync(
        IConnectionFactory factory, string name, QueueTopology topology, CreateChannelOptions? channelOptions, CancellationToken cancellationToken)
    {
        var connection = await factory.CreateConnectionAsync(name, cancellationToken);
        try
        {
            await topology.DeclareAsync(connection, cancellationToken);
            return new BrokerSession(connection, await connection.CreateChannelAsync(channelOptions, cancellationToken));
        }
        catch
        {
            await CloseAsync(connection);
            throw;
        }
    }

    /// <summary>Has the session replaced by a new one.</summary>
    public void End(string reason) => _ended.TrySetResult(reason);

    public async ValueTask DisposeAsync()
    {
        End("closed");
        _replaced.TrySetResult();
        await CloseAsync(Connection);
    }

    private static async Task CloseAsync(IConnection connection)
    {
        // Aborting reports no error: whatever is wrong with the connection, it is given up.
        await connection.AbortAsync(CloseTimeout);
        await connection.DisposeAsync();
    }

    private Task EndAsync(string reason)
    {
        End(reason);
        return Task.CompletedTask;
    }
}
