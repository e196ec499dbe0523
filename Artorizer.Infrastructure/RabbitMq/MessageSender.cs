using System.Diagnostics;
using Artorizer.Jobs.Queue;
using RabbitMQ.Client;

namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>Sends messages to where they belong: ready, delayed or dead.</summary>
internal sealed class MessageSender(ConfirmedPublisher publisher, QueueTopology topology, TimeProvider time)
{
    /// <summary>To the queue.</summary>
    /// <param name="message">The message.</param>
    /// <param name="deliveries">How often it was handed out before.</param>
    /// <param name="delay">Not delivered before this has passed.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task SendAsync(QueueMessage message, int deliveries, TimeSpan delay, CancellationToken cancellationToken)
    {
        var (exchange, key) = topology.Route(delay);
        return publisher.PublishAsync(exchange, key, MessageFormat.Write(message, deliveries, Current), message.Data.Bytes, cancellationToken);
    }

    /// <summary>To the dead letters.</summary>
    public Task BuryAsync(QueueMessage message, int deliveries, string reason, CancellationToken cancellationToken) =>
        BuryAsync(MessageFormat.Write(message, deliveries, Current), message.Data.Bytes, reason, cancellationToken);

    /// <summary>What is no message of ours to the dead letters, as it is.</summary>
    public Task BuryUnreadableAsync(
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, string reason, CancellationToken cancellationToken) =>
        BuryAsync(MessageFormat.KeepUnreadable(properties), body, reason, cancellationToken);

    private static string? Current => Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null;

    private Task BuryAsync(BasicProperties properties, ReadOnlyMemory<byte> body, string reason, CancellationToken cancellationToken) =>
        publisher.PublishAsync(
            topology.Exchange, QueueTopology.DeadKey, MessageFormat.Bury(properties, reason, time.GetUtcNow()), body, cancellationToken);
}
