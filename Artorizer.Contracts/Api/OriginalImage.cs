namespace Artorizer.Contracts.Api;

/// <summary>An original as it was stored and inspected on arrival.</summary>
public sealed record OriginalImage
{
    /// <summary>Key in the object store.</summary>
    public required string Key { get; init; }

    /// <summary>Name of the file as sent, without folders; or made from the title.</summary>
    public required string FileName { get; init; }

    /// <summary>Media type found in the bytes, not the declared one.</summary>
    public required string ContentType { get; init; }

    /// <summary>jpeg, png, webp, tiff, gif, avif or heif.</summary>
    public required string Format { get; init; }

    /// <summary>The format that its sender named, where the bytes are of another one.</summary>
    public string? DeclaredFormat { get; init; }

    /// <summary>Bytes.</summary>
    public required long Length { get; init; }

    /// <summary>Lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Pixels, before orientation is applied; 0 when the header does not tell.</summary>
    public int Width { get; init; }

    /// <summary>Pixels, before orientation is applied; 0 when the header does not tell.</summary>
    public int Height { get; init; }
}
