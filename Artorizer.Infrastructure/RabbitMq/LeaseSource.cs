using System.Diagnostics;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Queue;
using Microsoft.Extensions.Logging;

namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>
/// Brings waiting callers and messages together. Opens no connection before the first caller; keeps as many consumers as
/// callers wait and leases are free; goes on after an outage for those who still wait.
/// </summary>
internal sealed partial class LeaseSource : IAsyncDisposable
{
    private static readonly TimeSpan BuryPause = TimeSpan.FromSeconds(1);
    private readonly BrokerLink _link;
    private readonly QueueTopology _topology;
    private readonly MessageSender _sender;
    private readonly RabbitMqQueueOptions _options;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly LinkedList<LeaseRequest> _requests = [];
    private readonly SemaphoreSlim _changed = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private Reception? _reception;
    private Task? _running;

    public LeaseSource(BrokerLink link, QueueTopology topology, MessageSender sender, RabbitMqQueueOptions options, ILogger logger)
    {
        (_link, _topology, _sender, _options, _logger) = (link, topology, sender, options, logger);
    }

    /// <summary>Leases in the hands of callers of this process.</summary>
    public int Leased => Volatile.Read(ref _reception)?.Count().Unsettled ?? 0;

    /// <summary>Callers of this process that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _requests.Count;
            }
        }
    }

    public Task<IJobLease> LeaseAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<IJobLease>(cancellationToken);
        }

        var request = new LeaseRequest();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            _requests.AddLast(request.Node);
            _running ??= Task.Run(RunAsync, CancellationToken.None);
        }

        request.Watch(GiveUp, cancellationToken);
        Signal();
        return request.Task;
    }

    public async ValueTask DisposeAsync()
    {
        LeaseRequest[] left;
        lock (_gate)
        {
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            _stopping.Cancel();
            left = [.. _requests];
            _requests.Clear();
        }

        foreach (var request in left)
        {
            request.Fail(new ObjectDisposedException(nameof(LeaseSource)));
        }

        if (_running is not null)
        {
            await _running;
        }

        // What is leased goes back to the broker with the connection.
        await _link.DisposeAsync();
        _stopping.Dispose();
    }

    private void Signal()
    {
        // One signal is enough, however much has changed.
        if (_changed.CurrentCount == 0)
        {
            _changed.Release();
        }
    }

    private void GiveUp(LeaseRequest request, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (request.Node.List is null)
            {
                // It has its lease already.
                return;
            }

            _requests.Remove(request.Node);
        }

        request.Cancel(cancellationToken);
        Signal();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            BrokerSession? session = null;
            try
            {
                session = await _link.WaitAsync(_stopping.Token);
                var reception = new Reception(session, _topology.Ready, Received, Signal);
                await reception.PrepareAsync(_stopping.Token);
                Volatile.Write(ref _reception, reception);
                await ServeAsync(reception);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogBroken(e);
                session?.End(e.Message);
            }
            finally
            {
                Volatile.Write(ref _reception, null);
            }
        }
    }

    private async Task ServeAsync(Reception reception)
    {
        _ = reception.Session.Ended.ContinueWith(_ => Signal(), TaskScheduler.Default);
        while (reception.Session.IsOpen)
        {
            int surplus;
            lock (_gate)
            {
                // A request whose message is on its way needs no consumer.
                var (waiting, arriving, unsettled) = reception.Count();
                surplus = waiting - Math.Clamp(_options.Prefetch - unsettled, 0, Math.Max(0, _requests.Count - arriving));
            }

            if (surplus < 0)
            {
                await reception.AddAsync(_stopping.Token);
            }
            else if (surplus > 0)
            {
                await reception.RemoveAsync(_stopping.Token);
            }
            else
            {
                await _changed.WaitAsync(_stopping.Token);
            }
        }
    }

    private void Received(Delivery delivery)
    {
        QueueMessage message;
        int earlier;
        try
        {
            (message, earlier) = MessageFormat.Read(delivery.Properties, delivery.Body);
        }
        catch (FormatException e)
        {
            _ = Detached(null, () => BuryAsync(delivery, e.Message));
            return;
        }

        if (delivery.Redelivered && _options.QueueType == RabbitMqQueueType.Classic)
        {
            _ = Detached(message.TraceParent, () => RecountAsync(delivery, message, earlier + 1));
        }
        else
        {
            Offer(delivery, message, earlier + Returns(delivery));
        }
    }

    // A quorum queue counts, under one name or another, according to its version and to why the message came back.
    private static int Returns(Delivery delivery) => Math.Max(
        delivery.Redelivered ? 1 : 0,
        Math.Max(MessageFormat.Count(delivery.Properties, "x-delivery-count"), MessageFormat.Count(delivery.Properties, "x-acquired-count")));

    private void Offer(Delivery delivery, QueueMessage message, int earlier)
    {
        LeaseRequest? request;
        lock (_gate)
        {
            request = _requests.First?.Value;
            if (request is not null)
            {
                _requests.RemoveFirst();
            }
        }

        if (request is not null)
        {
            request.Grant(new RabbitMqLease(delivery, message, earlier + 1, _sender));
        }
        else
        {
            _ = Detached(message.TraceParent, () => ReturnAsync(delivery, message, earlier));
        }
    }

    /// <summary>
    /// A classic queue tells only that a message was delivered before, not how often. So one that comes again is replaced by a
    /// copy that carries the count; the copy is what the next caller gets.
    /// </summary>
    private async Task RecountAsync(Delivery delivery, QueueMessage message, int earlier)
    {
        try
        {
            await _sender.SendAsync(message, earlier, TimeSpan.Zero, _stopping.Token);
        }
        catch (StoreUnavailableException e)
        {
            // The broker takes no messages at the moment. Then it is handed out as it is; only the next count may be short.
            LogNotRecounted(e, message.JobId);
            Offer(delivery, message, earlier);
            return;
        }

        await delivery.TryAcknowledgeAsync();
    }

    /// <summary>The caller has gone that it was sent for. Nobody had it, so the copy does not count it as a delivery.</summary>
    private async Task ReturnAsync(Delivery delivery, QueueMessage message, int earlier)
    {
        try
        {
            await _sender.SendAsync(message, earlier, TimeSpan.Zero, _stopping.Token);
        }
        catch (StoreUnavailableException)
        {
            await delivery.TryRequeueAsync();
            return;
        }

        await delivery.TryAcknowledgeAsync();
    }

    private async Task BuryAsync(Delivery delivery, string problem)
    {
        LogUnreadable(problem);
        var reason = $"{JobErrorCodes.InvalidData}: The message cannot be read. {problem}";
        while (delivery.IsOpen)
        {
            try
            {
                await _sender.BuryUnreadableAsync(delivery.Properties, delivery.Body, reason, _stopping.Token);
                await delivery.TryAcknowledgeAsync();
                return;
            }
            catch (StoreUnavailableException e)
            {
                // It takes the room of one lease meanwhile.
                LogNotBuried(e);
                await Task.Delay(BuryPause, _stopping.Token);
            }
        }
    }

    // Not on the thread that takes deliveries, and under the trace of the message instead of the library's own.
    private Task Detached(string? traceParent, Func<Task> action) => Task.Run(async () =>
    {
        Activity.Current = null;
        using var activity = RabbitMqTelemetry.StartMove(traceParent);
        try
        {
            await action();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The connection is about to close, and gives back what it holds.
        }
        catch (Exception e)
        {
            // Not acknowledged, so it must not stay here for as long as the channel lives.
            LogBroken(e);
            Volatile.Read(ref _reception)?.Session.End("a message could neither be handed out nor moved");
        }
    });

    [LoggerMessage(11, LogLevel.Warning, "Taking messages off the queue was interrupted; it goes on when the broker is back")]
    private partial void LogBroken(Exception exception);

    [LoggerMessage(12, LogLevel.Error, "A message that cannot be read goes to the dead letters: {Problem}")]
    private partial void LogUnreadable(string problem);

    [LoggerMessage(13, LogLevel.Warning, "The delivery of job {JobId} could not be counted")]
    private partial void LogNotRecounted(Exception exception, string jobId);

    [LoggerMessage(14, LogLevel.Warning, "A message that cannot be read could not be moved to the dead letters; it is tried again")]
    private partial void LogNotBuried(Exception exception);
}
