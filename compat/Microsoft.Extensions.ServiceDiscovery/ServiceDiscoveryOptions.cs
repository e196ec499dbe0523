using System.Collections.ObjectModel;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Options of service discovery.</summary>
public sealed class ServiceDiscoveryOptions
{
    /// <summary>Whether every scheme may be used. When false, only <see cref="AllowedSchemes"/> are. Default: true.</summary>
    public bool AllowAllSchemes { get; set; } = true;

    /// <summary>The schemes that may be used when <see cref="AllowAllSchemes"/> is false. Default: none.</summary>
    public IList<string> AllowedSchemes { get; set; } = new List<string>();

    /// <summary>
    /// Keeps of <paramref name="requestedSchemes"/> what is allowed, in their order. When none is requested, all of
    /// <see cref="AllowedSchemes"/> are taken.
    /// </summary>
    public IReadOnlyList<string> ApplyAllowedSchemes(IReadOnlyList<string> requestedSchemes)
    {
        ArgumentNullException.ThrowIfNull(requestedSchemes);

        if (requestedSchemes.Count == 0)
        {
            return new ReadOnlyCollection<string>(AllowedSchemes);
        }

        return AllowAllSchemes
            ? requestedSchemes
            : [.. requestedSchemes.Where(scheme => AllowedSchemes.Contains(scheme, StringComparer.OrdinalIgnoreCase))];
    }
}
