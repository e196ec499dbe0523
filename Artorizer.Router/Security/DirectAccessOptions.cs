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
}
