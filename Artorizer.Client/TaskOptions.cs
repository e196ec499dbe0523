namespace Artorizer.Client;

/// <summary>How a task is queued.</summary>
public sealed record TaskOptions
{
    /// <summary>0..9, the highest first; 5 by default.</summary>
    public int? Priority { get; init; }

    /// <summary>Not before this time has passed; at most 30 days.</summary>
    public TimeSpan? Delay { get; init; }
}
