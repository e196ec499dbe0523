namespace Artorizer.LocalServers;

/// <summary>Where a server lives. By default in a new private folder and on free ports.</summary>
public sealed record LocalServerOptions
{
    /// <summary>Parent of the folder that is made for the server; <see langword="null"/> for the system's temporary folder.</summary>
    public string? Parent { get; init; }

    /// <summary>
    /// The folder itself; <see langword="null"/> to make one. What is in it from an earlier start is used again, and it is not
    /// removed.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>
    /// Ports of the loopback interface, as many as the server takes; none to take free ones. The
    /// first is the one that clients use.
    /// </summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>Whether what the server writes goes to the console of this process rather than to a file.</summary>
    public bool WritesToConsole { get; init; }

    internal int[] PortsOr(int count) => Ports.Count switch
    {
        0 => LocalProcess.FreePorts(count),
        _ when Ports.Count == count => [.. Ports],
        _ => throw new InvalidOperationException($"The server takes {count} ports, not {Ports.Count}."),
    };
}
