using Artorizer.Jobs;
using Artorizer.Jobs.Queue;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>
/// The queue on RabbitMQ. The connection is the lease: a worker that dies, or whose connection does, gives its messages
/// back. While the broker is away, sending fails within <see cref="RabbitMqQueueOptions.ConfirmTimeout"/> with
/// <see cref="StoreUnavailableException"/>, and waiting for messages goes on until it is back.
/// </summary>
public sealed class RabbitMqJobQueue : IJobQueue, IAsyncDisposable
{
    // Sending has a connection of its own, since a broker that is short of memory or disk reads nothing from a connection that
    // messages came over, not even acknowledgements.
    private readonly ConfirmedPublisher _publisher;
    private readonly BrokerLink _reading;
    private readonly MessageSender _sender;
    private readonly LeaseSource _leases;
    private readonly DeadLetterShelf _dead;
    private readonly DepthReader _depth;

    /// <summary>Connects to nothing yet.</summary>
    public RabbitMqJobQueue(IConnectionFactory factory, IOptions<RabbitMqQueueOptions> options, TimeProvider time, ILogger<RabbitMqJobQueue> logger)
    {
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(options);
        var settings = options.Value;
        var topology = new QueueTopology(settings);
        _publisher = new ConfirmedPublisher(Link("send", ConfirmedPublisher.ChannelOptions), settings);
        _reading = Link("look", null);
        _sender = new MessageSender(_publisher, topology, time);
        _leases = new LeaseSource(Link("receive", null), topology, _sender, settings, logger);
        _dead = new DeadLetterShelf(_reading, topology, settings);
        _depth = new DepthReader(_reading, topology, _leases, settings);

        BrokerLink Link(string purpose, CreateChannelOptions? channel) => new(
            purpose,
            token => BrokerSession.OpenAsync(factory, $"{settings.Prefix} {purpose}", topology, channel, token),
            settings.ConfirmTimeout,
            logger);
    }

    /// <summary>
    /// Begins to connect for sending, and to make the queues, without waiting for it: the first message need not wait so long,
    /// and what is wrong shows in the log from the start.
    /// </summary>
    public void Connect() => _publisher.Connect();

    /// <inheritdoc/>
    /// <exception cref="StoreUnavailableException">The broker did not confirm it; it may have been added all the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The delay is longer than 49 days.</exception>
    public Task EnqueueAsync(QueueMessage message, TimeSpan delay, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return _sender.SendAsync(message, deliveries: 0, delay, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>A lease lasts as long as the connection. A quorum queue has two priorities from RabbitMQ 4 on, and none before.</remarks>
    public Task<IJobLease> LeaseAsync(CancellationToken cancellationToken) => _leases.LeaseAsync(cancellationToken);

    /// <summary>
    /// How much waits, up to <see cref="RabbitMqQueueOptions.DepthCache"/> ago. Of the leases it sees those of this process
    /// only; callers that wait are counted in all processes. Dead letters that are being looked through are not counted.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="StoreUnavailableException">The broker does not answer.</exception>
    public Task<QueueDepth> GetDepthAsync(CancellationToken cancellationToken) => _depth.ReadAsync(cancellationToken);

    /// <summary>
    /// Dead letters, newest first, among the oldest <see cref="RabbitMqQueueOptions.DeadLetterScan"/>. Looks through all of
    /// these, one caller at a time in all processes; removes what a later letter of the same job has replaced.
    /// </summary>
    /// <param name="limit">1..1000.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="StoreUnavailableException">The broker does not answer, or others have been reading for 15 s.</exception>
    public Task<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        return _dead.ListAsync(limit, cancellationToken);
    }

    /// <summary>
    /// Removes the job's dead letter, if it has one among the oldest <see cref="RabbitMqQueueOptions.DeadLetterScan"/>. Looks
    /// through all of these, one caller at a time.
    /// </summary>
    /// <param name="jobId">The job, or the id that an unreadable letter is listed under.</param>
    /// <param name="cancellationToken">Stops waiting; it may have been removed all the same.</param>
    /// <exception cref="StoreUnavailableException">The broker does not answer, or others have been reading for 15 s.</exception>
    public Task<bool> RemoveDeadLetterAsync(string jobId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        return _dead.RemoveAsync(jobId, cancellationToken);
    }

    /// <summary>Closes the connections; what is leased goes back to the queue.</summary>
    public async ValueTask DisposeAsync()
    {
        await _leases.DisposeAsync();
        await _publisher.DisposeAsync();
        await _reading.DisposeAsync();
        _dead.Dispose();
    }
}
