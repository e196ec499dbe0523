namespace Artorizer.Contracts.Jobs;

/// <summary>Something that was asked for, or was in the original, and is not in the result; the job is completed all the same.</summary>
/// <param name="Code">One of the constants.</param>
/// <param name="Message">A sentence for the job's owner.</param>
public sealed record JobWarning(string Code, string Message)
{
    /// <summary>A mark was asked for and could not be put in.</summary>
    public const string MarkNotApplied = "mark_not_applied";

    /// <summary>A mark was put in, and cannot be read from the delivered file.</summary>
    public const string MarkNotReadable = "mark_not_readable";

    /// <summary>Pages that are smaller copies of others are not in the delivered file.</summary>
    public const string FramesDropped = "frames_dropped";

    /// <summary>Metadata of the original are not in the delivered file.</summary>
    public const string MetadataDropped = "metadata_dropped";

    /// <summary>There is no thumbnail.</summary>
    public const string ThumbnailFailed = "thumbnail_failed";

    /// <summary>The callback could not be delivered.</summary>
    public const string CallbackFailed = "callback_failed";

    /// <summary>The file was named or declared as another format than it has.</summary>
    public const string WrongLabel = "wrong_label";
}
