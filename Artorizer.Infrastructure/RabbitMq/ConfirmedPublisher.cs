using Artorizer.Jobs;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>
/// Sends messages and waits for the broker to confirm each. All callers share one channel, so the broker writes and confirms
/// many at once. Nothing is reported as sent without its confirmation, and nothing waits without end.
/// </summary>
internal sealed class ConfirmedPublisher(BrokerLink link, RabbitMqQueueOptions options) : IAsyncDisposable
{
    private readonly SemaphoreSlim _unconfirmed = new(options.MaxUnconfirmed);
    private long _lastConfirmed;

    /// <summary>Of a channel that counts confirmations; how many are open at once is bounded here, with our time limit.</summary>
    public static CreateChannelOptions ChannelOptions => new(
        publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null);

    public void Connect() => link.Start();

    /// <summary>Sends a message; it is on the broker's disk once this returns.</summary>
    /// <exception cref="StoreUnavailableException">It was not confirmed in time, or refused. It may have been taken all the same.</exception>
    public async Task PublishAsync(
        string exchange, string routingKey, BasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.ConfirmTimeout);
        BrokerSession? session = null;
        var publishing = Task.CompletedTask;
        long started = 0;
        try
        {
            await _unconfirmed.WaitAsync(limit.Token);
            try
            {
                session = await link.GetAsync(limit.Token);
                await session.Unblocked.WaitAsync(limit.Token);
                started = TimeProvider.System.GetTimestamp();
                publishing = PublishAsync(session);
            }
            catch
            {
                _unconfirmed.Release();
                throw;
            }

            await publishing.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            _ = publishing.ContinueWith(late => late.Exception, TaskScheduler.Default);
            EndIfSilent(session, started);
            throw new StoreUnavailableException($"The queue's broker did not confirm a message within {options.ConfirmTimeout}.", e);
        }
        catch (PublishException e)
        {
            if (e.IsReturn)
            {
                // The queue that it should have gone to was deleted; the next session makes it again.
                session?.End("a message had no queue to go to");
            }

            throw new StoreUnavailableException(e.IsReturn ? "The queue is missing on its broker." : "The queue's broker refused a message.", e);
        }
        catch (Exception e) when (BrokerErrors.IsLoss(e, cancellationToken))
        {
            throw new StoreUnavailableException("The connection to the queue's broker broke before it confirmed a message.", e);
        }

        // Not cancelled: half a message would break the connection, and a message that is on its way cannot be called back.
        async Task PublishAsync(BrokerSession open)
        {
            try
            {
                await open.Channel.BasicPublishAsync(exchange, routingKey, mandatory: true, properties, body, CancellationToken.None);
                Volatile.Write(ref _lastConfirmed, TimeProvider.System.GetTimestamp());
            }
            finally
            {
                _unconfirmed.Release();
            }
        }
    }

    public ValueTask DisposeAsync() => link.DisposeAsync();

    // A broker that confirms others is slow; one that confirms none, though it does not say that it is blocked, has hung. What
    // waits on such a connection is given up, so that the room it takes is free again.
    private void EndIfSilent(BrokerSession? session, long started)
    {
        var since = Math.Max(started, Volatile.Read(ref _lastConfirmed));
        if (started > 0 && session is { Unblocked.IsCompleted: true } && TimeProvider.System.GetElapsedTime(since) > options.ConfirmTimeout / 2)
        {
            session.End($"nothing was confirmed within {options.ConfirmTimeout / 2}");
        }
    }
}
