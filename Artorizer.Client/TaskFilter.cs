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
}
