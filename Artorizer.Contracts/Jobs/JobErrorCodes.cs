namespace Artorizer.Contracts.Jobs;

/// <summary>Codes of <see cref="JobError"/>, also sent by the engine in the trailer <see cref="Trailer"/>.</summary>
public static class JobErrorCodes
{
    /// <summary>gRPC trailer that carries the code of a failed engine call.</summary>
    public const string Trailer = "artorizer-error-code";

    /// <summary>The bytes are not an image that can be decoded. Permanent.</summary>
    public const string InvalidImage = "invalid_image";

    /// <summary>An image, but of a format that this installation cannot read or write. Permanent.</summary>
    public const string UnsupportedFormat = "unsupported_format";

    /// <summary>More pixels, or a larger side, than allowed. Permanent.</summary>
    public const string TooManyPixels = "too_many_pixels";

    /// <summary>An option that cannot be met for this image. Permanent.</summary>
    public const string InvalidOption = "invalid_option";

    /// <summary>The text of a visible watermark has characters that no font of the image engine has; the message names them. Permanent.</summary>
    public const string UnsupportedText = "unsupported_text";

    /// <summary>The task data do not fit the handler. Permanent.</summary>
    public const string InvalidData = "invalid_data";

    /// <summary>No handler is registered for the task type. Permanent.</summary>
    public const string UnknownTaskType = "unknown_task_type";

    /// <summary>Longer than a job may take. Permanent.</summary>
    public const string TimedOut = "timed_out";

    /// <summary>The original is no longer in the store. Permanent.</summary>
    public const string OriginalMissing = "original_missing";

    /// <summary>What was read of the original is not what was submitted. Transient.</summary>
    public const string OriginalDamaged = "original_damaged";

    /// <summary>The engine could not be reached, or the call to it was interrupted. Transient.</summary>
    public const string EngineUnavailable = "engine_unavailable";

    /// <summary>Reading or writing the object store failed. Transient.</summary>
    public const string StorageUnavailable = "storage_unavailable";

    /// <summary>Anything unforeseen. Transient.</summary>
    public const string Internal = "internal_error";

    /// <summary>Cancelled by its owner.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>A synchronous request whose router stopped before it finished.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>Took its worker down too often; kept with the dead letters.</summary>
    public const string Poison = "poison";
}
