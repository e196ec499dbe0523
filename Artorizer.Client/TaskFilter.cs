namespace Artorizer.Client;

/// <summary>Which tasks to stream.</summary>
public sealed record TaskFilter
{
    /// <summary>Only these; all of the caller's when empty.</summary>
    public IReadOnlyCollection<int> TaskIds { get; init; } = [];

    /// <summary>Only of these types; all when empty.</summary>
    public IReadOnlyCollection<string> TaskTypes { get; init; } = [];

    /// <summary>Whether the present state of each is given first.</summary>
    public bool IncludeExisting { get; init; }

    /// <summary>
    /// How often tasks are looked at over HTTP, which has no stream of tasks; 500 ms by default. A state that lasts less may go
    /// unseen. gRPC pushes every change.
    /// </summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(500);
}
