namespace Artorizer.Router.Security;

/// <summary>Whether clients deal with the object store themselves; section <c>DirectAccess</c>.</summary>
public sealed class DirectAccessOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "DirectAccess";

    /// <summary>
    /// Whether clients get presigned addresses of the object store. Turned off where they cannot reach it: results then name
    /// addresses of the router, which ask for the key, and <c>POST /uploads</c> is not offered. Default: true.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Hosts by which clients reach this router, such as <c>images.example</c> or <c>images.example:8443</c>. An address that it makes of
    /// the <c>Host</c> header of a request names one of these, the loopback interface, or the address that the request came to; for any
    /// other host it is a path. Where <c>Embedded:PublicBaseUrl</c> is set, or objects are on S3, the header plays no part. Default: none.
    /// </summary>
    public IList<string> Hosts { get; } = [];
}
