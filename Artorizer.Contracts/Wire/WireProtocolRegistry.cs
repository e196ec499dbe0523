using System.Diagnostics.CodeAnalysis;

namespace Artorizer.Contracts.Wire;

/// <summary>The protocols on offer; the first is the default.</summary>
public sealed class WireProtocolRegistry
{
    private readonly Dictionary<string, IWireProtocol> _byMediaType = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes a registry.</summary>
    /// <param name="protocols">At least one; no two may share a media type.</param>
    public WireProtocolRegistry(IEnumerable<IWireProtocol> protocols)
    {
        All = [.. protocols];
        ArgumentOutOfRangeException.ThrowIfZero(All.Count, nameof(protocols));
        foreach (var protocol in All)
        {
            foreach (var mediaType in protocol.MediaTypes)
            {
                _byMediaType.Add(mediaType, protocol);
            }
        }
    }

    /// <summary>In order of preference.</summary>
    public IReadOnlyList<IWireProtocol> All { get; }

    /// <summary>Used where nothing else is asked for.</summary>
    public IWireProtocol Default => All[0];

    /// <summary>The protocol that reads a media type; any case, parameters ignored.</summary>
    public bool TryGet(string mediaType, [NotNullWhen(true)] out IWireProtocol? protocol)
    {
        ArgumentNullException.ThrowIfNull(mediaType);
        var end = mediaType.IndexOf(';', StringComparison.Ordinal);
        var bare = (end < 0 ? mediaType : mediaType[..end]).Trim();
        return _byMediaType.TryGetValue(bare, out protocol);
    }
}
