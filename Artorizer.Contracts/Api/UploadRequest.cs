namespace Artorizer.Contracts.Api;

/// <summary>Body of <c>POST /uploads</c>.</summary>
public sealed record UploadRequest
{
    /// <summary>Name of the file, or <see langword="null"/>.</summary>
    public string? Filename { get; init; }

    /// <summary>Media type of the image. Required.</summary>
    public string? ContentType { get; init; }

    /// <summary>Bytes. Required.</summary>
    public long? Size { get; init; }

    /// <summary>SHA-256 of the file in hexadecimal, verified later; or <see langword="null"/>.</summary>
    public string? Sha256 { get; init; }
}
