namespace Artorizer.Contracts.Api;

/// <summary>Answer to <c>POST /uploads</c>: where to send the file.</summary>
public sealed record UploadView
{
    /// <summary>Id to give to <c>POST /protect</c>.</summary>
    public required string UploadId { get; init; }

    /// <summary>Absolute address that takes the file without further credentials.</summary>
    public required string Url { get; init; }

    /// <summary><c>PUT</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Headers to send as they are.</summary>
    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>When the address ceases to work.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}
