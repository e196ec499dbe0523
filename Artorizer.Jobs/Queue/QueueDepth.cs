namespace Artorizer.Jobs.Queue;

/// <summary>Messages in the queue.</summary>
/// <param name="Ready">Waiting to be delivered now.</param>
/// <param name="Delayed">Waiting for their delay to pass.</param>
/// <param name="Leased">With a worker.</param>
/// <param name="Dead">Dead letters.</param>
/// <param name="Consumers">Callers that wait for a message or hold one; 0 where the provider cannot tell.</param>
public sealed record QueueDepth(long Ready, long Delayed, long Leased, long Dead, long Consumers = 0)
{
    /// <summary>Everything that still has to be done.</summary>
    public long Backlog => Ready + Delayed + Leased;
}
