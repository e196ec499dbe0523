using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Artorizer.ServiceDefaults.Outbound;

/// <summary>What fetches of <c>image_url</c> and calls of <c>callback_url</c> may reach; section <c>Outbound</c>.</summary>
public sealed class OutboundOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Outbound";

    /// <summary>
    /// Networks in CIDR form that may be reached although they are not public, such as <c>10.1.0.0/16</c> for an image
    /// server of one's own. Default none. Never name the network of a cloud's metadata service here.
    /// </summary>
    public IList<string> AllowedNetworks { get; } = [];

    /// <summary>Redirects that are followed; each target is checked anew. Default 5.</summary>
    [Range(0, 20)]
    public int MaxRedirects { get; set; } = 5;

    /// <summary>Longest to wait for a connection. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest for a whole exchange, the body included. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:30:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    internal IPNetwork[] ParseAllowedNetworks() => [.. AllowedNetworks.Select(n => IPNetwork.Parse(n))];
}
