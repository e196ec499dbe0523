namespace Artorizer.Client;

/// <summary>How long calls may take, each attempt by itself.</summary>
public sealed record ArtorizerTimeouts
{
    /// <summary>To open a connection; 10 s by default.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For a call that moves no file; 60 s by default.</summary>
    public TimeSpan Call { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>For an upload, with the processing where the caller waits for it; 30 minutes by default.</summary>
    public TimeSpan Upload { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// For a download or a stream of events to send something; 60 s by default, three times the server's keep-alive. It then
    /// counts as interrupted and is resumed.
    /// </summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);
}
