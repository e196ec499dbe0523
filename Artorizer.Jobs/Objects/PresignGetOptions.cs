namespace Artorizer.Jobs.Objects;

/// <summary>Terms of a presigned read.</summary>
public sealed record PresignGetOptions
{
    /// <summary>Who will use it.</summary>
    public ObjectAudience Audience { get; init; }

    /// <summary>How long it is valid; at most seven days.</summary>
    public TimeSpan Expires { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>File name for <c>Content-Disposition: attachment</c> (RFC 6266), any Unicode; <see langword="null"/> for none.</summary>
    public string? DownloadName { get; init; }
}
