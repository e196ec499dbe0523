namespace Artorizer.Jobs.Objects;

/// <summary>Terms of a presigned write; all of them are signed.</summary>
public sealed record PresignPutOptions
{
    /// <summary>Who will use it.</summary>
    public ObjectAudience Audience { get; init; }

    /// <summary>How long it is valid; at most seven days.</summary>
    public TimeSpan Expires { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The only media type that is accepted.</summary>
    public string ContentType { get; init; } = "application/octet-stream";

    /// <summary>The only length in bytes that is accepted; <see langword="null"/> for any up to <see cref="MaxLength"/>.</summary>
    public long? Length { get; init; }

    /// <summary>Largest length in bytes where <see cref="Length"/> is not given, for stores that can enforce it.</summary>
    public long MaxLength { get; init; } = 1L << 30;
}
