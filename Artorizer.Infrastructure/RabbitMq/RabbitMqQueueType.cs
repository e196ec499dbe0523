namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>Kind of the queues in RabbitMQ.</summary>
public enum RabbitMqQueueType
{
    /// <summary>On one node, with ten priorities.</summary>
    Classic,

    /// <summary>Replicated, for a cluster. With two priorities (0 to 4, and 5 to 9) from RabbitMQ 4 on, with none before.</summary>
    Quorum,
}
