namespace Artorizer.Contracts.Engine;

/// <summary>What an image engine is and what it can be asked for.</summary>
public sealed partial class EngineDescription
{
    /// <summary>Library and formats in one line, for people.</summary>
    public string Summary =>
        $"libvips {LibraryVersion}, {LibrarySource}; reads {string.Join(", ", FormatsRead)}; writes {string.Join(", ", FormatsWritten)}";
}
