namespace Artorizer.Client;

/// <summary>How a task is queued.</summary>
public sealed record TaskOptions
{
    /// <summary>0..9, the highest first; 5 by default.</summary>
    public int? Priority { get; init; }

    /// <summary>Not before this time has passed; at most 30 days.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>
    /// Names the task: the same key again is answered with the task that the first call made, so that the call can be tried again
    /// after any passing failure. 1 to 255 printable ASCII characters without spaces; none by default.
    /// </summary>
    public string? IdempotencyKey { get; init; }
}
