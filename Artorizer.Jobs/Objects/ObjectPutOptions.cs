namespace Artorizer.Jobs.Objects;

/// <summary>How to store an object.</summary>
public sealed record ObjectPutOptions
{
    /// <summary>Media type to give it.</summary>
    public string ContentType { get; init; } = "application/octet-stream";

    /// <summary>
    /// Its length in bytes where known beforehand; a content that turns out otherwise is refused with
    /// <see cref="InvalidDataException"/>.
    /// </summary>
    public long? Length { get; init; }

    /// <summary>
    /// Whether it belongs to a job that was accepted earlier; such objects may use the room that is kept free for
    /// them, in stores that can keep some.
    /// </summary>
    public bool ForAcceptedWork { get; init; }
}
