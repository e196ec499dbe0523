using System.Text;
using RabbitMQ.Client;

namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>The exchanges and queues, all durable: one queue for what is ready, one for dead letters, and the levels of delay.</summary>
internal sealed class QueueTopology(RabbitMqQueueOptions options)
{
    public const string ReadyKey = "ready";
    public const string DeadKey = "dead";

    // The last priority of a message; the broker makes room for this many.
    private const int MaxPriority = 9;

    // From this version on, a quorum queue drops what was delivered too often, unless told otherwise.
    private const int DeliveryLimitVersion = 4;

    /// <summary>Takes what is ready and what is dead, by <see cref="ReadyKey"/> and <see cref="DeadKey"/>.</summary>
    public string Exchange { get; } = $"{options.Prefix}.jobs";

    /// <summary>Queue of what is ready.</summary>
    public string Ready { get; } = $"{options.Prefix}.jobs";

    /// <summary>Queue of dead letters.</summary>
    public string Dead { get; } = $"{options.Prefix}.dead";

    /// <summary>Queue that belongs to the connection which looks through the dead letters, and thereby keeps others out.</summary>
    public string DeadLock { get; } = $"{options.Prefix}.dead.reader";

    /// <summary>Exchange and queue of a level of delay.</summary>
    public string Delay(int level) => $"{options.Prefix}.delay.{level:00}";

    /// <summary>Where to send a message, to be delivered after <paramref name="delay"/>.</summary>
    public (string Exchange, string Key) Route(TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            return (Exchange, ReadyKey);
        }

        var (level, key) = DelayLevels.Route(delay);
        return (Delay(level), key);
    }

    /// <summary>Makes what is missing.</summary>
    /// <exception cref="RabbitMQ.Client.Exceptions.OperationInterruptedException">Something exists, but of another kind.</exception>
    public async Task DeclareAsync(IConnection connection, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        var version = ServerVersion(connection);
        await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Direct, durable: true, autoDelete: false, cancellationToken: cancellationToken);
        await QueueAsync(Ready, Arguments(version, classic: ("x-max-priority", MaxPriority)));
        await channel.QueueBindAsync(Ready, Exchange, ReadyKey, cancellationToken: cancellationToken);
        await QueueAsync(Dead, Arguments(version));
        await channel.QueueBindAsync(Dead, Exchange, DeadKey, cancellationToken: cancellationToken);
        for (var level = 0; level < DelayLevels.Count; level++)
        {
            await DelayAsync(level);
        }

        async Task DelayAsync(int level)
        {
            var name = Delay(level);
            var arguments = new Dictionary<string, object?>
            {
                // A quorum queue, whatever the others are: it alone removes a message no sooner than it is safe in the next queue.
                // A classic queue does not wait for that, so a crash in this moment would lose the message.
                ["x-queue-type"] = "quorum",
                ["x-dead-letter-strategy"] = "at-least-once",
                // Demanded by the strategy. There is no limit that could be exceeded.
                ["x-overflow"] = "reject-publish",
                ["x-message-ttl"] = (long)DelayLevels.TimeOf(level).TotalMilliseconds,
                ["x-dead-letter-exchange"] = level > 0 ? Delay(level - 1) : Exchange,
            };
            if (level == 0)
            {
                arguments["x-dead-letter-routing-key"] = ReadyKey;
            }

            await channel.ExchangeDeclareAsync(name, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: cancellationToken);
            await QueueAsync(name, arguments);
            await channel.QueueBindAsync(name, name, DelayLevels.Pattern(level, through: true), cancellationToken: cancellationToken);
            var past = DelayLevels.Pattern(level, through: false);
            if (level > 0)
            {
                await channel.ExchangeBindAsync(Delay(level - 1), name, past, cancellationToken: cancellationToken);
            }
            else
            {
                await channel.QueueBindAsync(Ready, name, past, cancellationToken: cancellationToken);
            }
        }

        Task QueueAsync(string name, Dictionary<string, object?> arguments) => channel.QueueDeclareAsync(
            name, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);
    }

    private Dictionary<string, object?> Arguments(int version, params (string Name, object Value)[] classic)
    {
        if (options.QueueType == RabbitMqQueueType.Classic)
        {
            var arguments = classic.ToDictionary(argument => argument.Name, argument => (object?)argument.Value);
            arguments["x-queue-type"] = "classic";
            return arguments;
        }

        var quorum = new Dictionary<string, object?> { ["x-queue-type"] = "quorum" };
        if (version >= DeliveryLimitVersion)
        {
            // The worker has a limit of its own, which ends in the dead letters with a reason.
            quorum["x-delivery-limit"] = -1;
        }

        return quorum;
    }

    // "3.10.8"
    private static int ServerVersion(IConnection connection) =>
        connection.ServerProperties?.TryGetValue("version", out var value) == true && value is byte[] bytes
        && int.TryParse(Encoding.UTF8.GetString(bytes).Split('.')[0], out var major) ? major : 0;
}
