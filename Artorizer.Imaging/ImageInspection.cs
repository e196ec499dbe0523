namespace Artorizer.Imaging;

/// <summary>
/// What <see cref="ImageInspector"/> found out about a file. A value is <see langword="null"/> where it was not reached or cannot be told.
/// </summary>
public sealed record ImageInspection
{
    /// <summary>What the first bytes say the file is.</summary>
    public ImageFormat? Format { get; init; }

    /// <summary>Usual media type of <see cref="Format"/>.</summary>
    public string? MediaType => Format?.MediaType;

    /// <summary>Usual file extension of <see cref="Format"/>, without a dot.</summary>
    public string? FileExtension => Format?.FileExtension;

    /// <summary>Width in pixels of the (first) picture, before any EXIF orientation.</summary>
    public int? Width { get; init; }

    /// <summary>Height in pixels of the (first) picture, before any EXIF orientation.</summary>
    public int? Height { get; init; }

    /// <summary>Frames of an animation or pages of a document; 1 for a still picture.</summary>
    public int? Frames { get; init; }

    /// <summary>Bits of one colour sample, or of one index into the palette.</summary>
    public int? BitsPerSample { get; init; }

    /// <summary>Whether the file says that it has transparency.</summary>
    public bool? HasAlpha { get; init; }

    /// <summary>Bytes inspected.</summary>
    public long Length { get; init; }

    /// <summary>Bytes after the end of the image, which decoders ignore: maker's data, further pictures, or something hidden.</summary>
    public long TrailingBytes { get; init; }

    /// <summary>Why the file must be refused, or <see langword="null"/> where it is whole as far as can be told without decoding.</summary>
    public ImageFailure? Failure { get; init; }

    /// <summary>Whether the file is whole and within the limits.</summary>
    public bool IsValid => Failure is null;
}
