using System.Buffers.Text;
using System.Security.Cryptography;

namespace Artorizer.Jobs.Uploads;

/// <summary>What is known of an upload apart from its bytes. Stored when it begins and when it is submitted, never for each chunk.</summary>
public sealed record UploadManifest
{
    private const int IdBytes = 16;

    /// <summary>128 random bits in base64url, 22 characters: whoever does not know it cannot guess it.</summary>
    public required string Id { get; init; }

    /// <summary>Whose upload it is.</summary>
    public required string Owner { get; init; }

    /// <summary>One of <see cref="UploadWays"/>.</summary>
    public required string Way { get; init; }

    /// <summary>Bytes of the whole file; <see langword="null"/> until the sender knows.</summary>
    public long? Length { get; init; }

    /// <summary>Name of the file without folders, or <see langword="null"/>.</summary>
    public string? FileName { get; init; }

    /// <summary>Declared media type, or <see langword="null"/>.</summary>
    public string? ContentType { get; init; }

    /// <summary>Declared SHA-256 of the whole file, lower-case hexadecimal, or <see langword="null"/>.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Fields of the later submission that came with the upload, a JSON object as text, or <see langword="null"/>.</summary>
    public string? Fields { get; init; }

    /// <summary>The header <c>Upload-Metadata</c> as it came, or <see langword="null"/>.</summary>
    public string? TusMetadata { get; init; }

    /// <summary>Whether the upload is submitted with its last byte, without a further request.</summary>
    public bool SubmitWhenComplete { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is removed, finished or not.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>
    /// The job that was made of it. Its bytes are gone then; the rest stays until it expires, so that a
    /// repeated request finds the job.
    /// </summary>
    public string? JobId { get; init; }

    /// <summary>A new id.</summary>
    public static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));

    /// <summary>Whether a text has the form of an id; anything else is no upload's.</summary>
    public static bool IsId(string? text) => text is { Length: 22 } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
