using System.ComponentModel.DataAnnotations;

namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>How the queue uses RabbitMQ; section <c>RabbitMq</c>. The broker itself is named by <c>ConnectionStrings:queue</c>.</summary>
public sealed class RabbitMqQueueOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "RabbitMq";

    /// <summary>First part of the names of all exchanges and queues, so that several systems can share a broker. Default <c>artorizer</c>.</summary>
    [Required, RegularExpression("^[A-Za-z0-9._-]{1,100}$")]
    public string Prefix { get; set; } = "artorizer";

    /// <summary>
    /// Kind of the queues of ready messages and dead letters; delayed ones are in quorum queues in any case. Taken when they
    /// are made; queues that exist as another kind are refused, so change <see cref="Prefix"/> with it, or delete them while
    /// they are empty. Default <see cref="RabbitMqQueueType.Classic"/>.
    /// </summary>
    [EnumDataType(typeof(RabbitMqQueueType))]
    public RabbitMqQueueType QueueType { get; set; } = RabbitMqQueueType.Classic;

    /// <summary>
    /// Most leases at once. The broker sends a message only to a waiting caller, so nothing lies idle here; further callers
    /// wait for a lease to be settled. Default 4; a worker sets its concurrency.
    /// </summary>
    [Range(1, 10_000)]
    public int Prefetch { get; set; } = 4;

    /// <summary>
    /// Longest that sending a message may take, from the wait for a connection to the broker's confirmation. After an outage of
    /// that length further messages are refused at once, until the connection is back. Default 10 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan ConfirmTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Most messages on their way that the broker has not confirmed; it confirms many at once. Further callers wait. Default 1024.</summary>
    [Range(1, 65_535)]
    public int MaxUnconfirmed { get; set; } = 1024;

    /// <summary>Age up to which a depth that was read is given again; 0 reads it every time, 30 round trips. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan DepthCache { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Most dead letters that are looked through, the oldest first. Default 50,000.</summary>
    [Range(1, 65_535)]
    public int DeadLetterScan { get; set; } = 50_000;

    /// <summary>A connection over which nothing came for about twice this long is given up. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);
}
