using System.ComponentModel.DataAnnotations;

namespace Artorizer.Router.Security;

/// <summary>Who may call; section <c>ApiKeys</c>. With no key, only callers on the loopback interface are served.</summary>
internal sealed class ApiKeysOptions
{
    public const string Section = "ApiKeys";

    /// <summary>One entry for each key; an owner may have several.</summary>
    public IList<ApiKeyEntry> Keys { get; } = [];

    /// <summary>
    /// Owner of a key, to whom jobs are given that were made without one, before there was any. Default: none; nobody sees them.
    /// </summary>
    public string? Adopt { get; set; }
}

/// <summary>One key.</summary>
internal sealed class ApiKeyEntry
{
    /// <summary>Whose jobs it opens: 1 to 64 of <c>A–Z a–z 0–9 . _ -</c>.</summary>
    [Required]
    [RegularExpression("^[A-Za-z0-9._-]{1,64}$")]
    public string Owner { get; set; } = "";

    /// <summary>SHA-256 of the key, 64 hexadecimal digits; what is kept at rest. Keys are random, so a fast hash serves.</summary>
    public string? Sha256 { get; set; }

    /// <summary>The key itself, for deployments that inject it as a secret; at least 24 characters. Hashed at start.</summary>
    public string? Key { get; set; }
}
