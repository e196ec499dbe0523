using Artorizer.Contracts.Jobs;

namespace Artorizer.Router.Errors;

/// <summary>
/// Every <c>code</c> of a refused request or a failed job, with what it means. <c>type</c> of an answer leads to its entry
/// (RFC 9457 §3.1.1); docs/errors.md says the same.
/// </summary>
internal static class ErrorCatalog
{
    /// <summary>Path of the catalogue; an entry is its fragment.</summary>
    public const string Path = "/errors";

    /// <summary>What is wrong with requests.</summary>
    public static IReadOnlyList<ErrorKind> Requests { get; } =
    [
        new(ErrorCodes.InvalidField, "A field has a value that it cannot have.", "Read the field's message, and send a value as it says."),
        new(ErrorCodes.MissingField, "A field that is needed was not sent.", "Send it."),
        new(ErrorCodes.UnknownField, "There is no such field here.", "Look for a slip in its name, or leave it out."),
        new(ErrorCodes.RepeatedField, "A field came more than once, and it is not clear which one is meant.", "Send it once."),
        new(ErrorCodes.FieldNotAvailable, "A field asks for something that this version or installation does not do.", "Leave it out."),
        new(
            ErrorCodes.InvalidRequest,
            "The body or a header cannot be read as what it claims to be.",
            "Compare it with the API's description at /openapi/v1.json."),
        new(ErrorCodes.Unauthorized, "No API key was sent, or one that is not known here.", "Send a valid key as X-Api-Key."),
        new(ErrorCodes.Forbidden, "A caller without a key is not the local user.", "Use a key; the operator makes one."),
        new(ErrorCodes.NotFound, "There is no such thing, or it belongs to someone else.", "Look at the address and at the key that was used."),
        new(ErrorCodes.MethodNotAllowed, "The address does not take this method.", "Use one of those in the header Allow."),
        new(ErrorCodes.NotAcceptable, "The answer does not exist in any format of the header Accept.", "Ask for application/json, or for no format."),
        new(
            ErrorCodes.RequestTimeout,
            "The request came too slowly, or its sender fell silent.",
            "Send it again; uploads go on from where they were."),
        new(ErrorCodes.Conflict, "The thing is in another state than the request takes for granted.", "Ask for its state first."),
        new(ErrorCodes.Gone, "It was here, and is not any more.", "Begin anew."),
        new(ErrorCodes.PreconditionFailed, "The file is not the one that a header such as If-Match names.", "Ask for it without the condition."),
        new(
            ErrorCodes.TooLarge,
            "The file or the body is larger than what is accepted here.",
            "Send a smaller one, or ask the operator for a higher limit."),
        new(ErrorCodes.UnsupportedMediaType, "The body's Content-Type is none that is read here.", "Use one of those that the message names."),
        new(ErrorCodes.UnsupportedContentEncoding, "Bodies are not read under a Content-Encoding.", "Send the bytes as they are."),
        new(ErrorCodes.RangeNotSatisfiable, "The range lies beyond the end of the file.", "Ask for the length first."),
        new(ErrorCodes.Unprocessable, "The request is well formed, and cannot be done.", "Read the message."),
        new(ErrorCodes.IdempotencyKeyReused, "Another request had this Idempotency-Key.", "Repeat that request as it was, or choose a new key."),
        new(ErrorCodes.Locked, "Another connection is sending to this upload.", "Wait for it, or end it."),
        new(ErrorCodes.UpgradeRequired, "The address speaks another protocol, such as WebSocket.", "Open a connection of that protocol."),
        new(ErrorCodes.ChecksumMismatch, "The bytes that came are not those of their checksum.", "Send them again."),
        new(ErrorCodes.RateLimited, "This key, or this address, has sent too many requests.", "Wait as long as Retry-After says."),
        new(ErrorCodes.NotImplemented, "This installation does not offer it.", "Take one of the other ways that the message names."),
        new(
            ErrorCodes.Unavailable,
            "Too much waits, or a part of the system does not answer.",
            "Try again after Retry-After; with the same Idempotency-Key nothing is done twice."),
        new(
            ErrorCodes.StorageFull,
            "The storage is full. Nothing of the request was kept.",
            "Try again when there is room; the operator sees it, too."),
    ];

    /// <summary>Why jobs fail.</summary>
    public static IReadOnlyList<ErrorKind> Jobs { get; } =
    [
        new(JobErrorCodes.InvalidImage, "The bytes are no picture that can be decoded, or are damaged.", "Save the picture again, and send that."),
        new(
            JobErrorCodes.UnsupportedFormat,
            "A picture, but of a kind that this installation cannot read or write.",
            "Send it as JPEG, PNG, WebP, TIFF, GIF or AVIF."),
        new(
            JobErrorCodes.TooManyPixels,
            "The picture has more pixels, or a longer side, than allowed.",
            "Make it smaller, or ask the operator for a higher limit."),
        new(JobErrorCodes.InvalidOption, "A wish cannot be met for this picture.", "Change it as the message says."),
        new(
            JobErrorCodes.UnsupportedText,
            "No font of the image engine has some characters of the visible mark's text.",
            "Choose another text, or ask the operator for a font of that script."),
        new(JobErrorCodes.InvalidData, "The task's data are not what its handler needs.", "Compare them with the handler's description."),
        new(
            JobErrorCodes.UnknownTaskType,
            "No worker has a handler for this type.",
            "Look for a slip in the type; GET /api/metrics lists what is queued."),
        new(JobErrorCodes.TimedOut, "It took longer than a job may take.", "Try again, or with a smaller picture."),
        new(JobErrorCodes.OriginalMissing, "The original is no longer in the store.", "Send the picture again."),
        new(
            JobErrorCodes.OriginalDamaged,
            "What was read of the original is not what was sent.",
            "Start the job anew; if it stays so, send the picture again."),
        new(
            JobErrorCodes.EngineUnavailable,
            "No image engine could be reached for as long as a job waits.",
            "Start the job anew once /health says that an engine is there."),
        new(
            JobErrorCodes.StorageUnavailable,
            "The object store could not be reached for as long as a job waits.",
            "Start the job anew once the storage is back."),
        new(JobErrorCodes.Internal, "Something unforeseen happened. It was logged under the trace id.", "Tell the operator the trace id."),
        new(JobErrorCodes.Cancelled, "Its owner cancelled it.", "Send it again if it is wanted after all."),
        new(
            JobErrorCodes.Interrupted,
            "The router stopped before a request that waited for its result was done.",
            "Send it again, or with via=queue, which survives that."),
        new(
            JobErrorCodes.Poison,
            "The job took its worker down too often, and was put aside.",
            "Tell the operator; it is kept with the dead letters."),
    ];

    /// <summary>Where an answer's <c>type</c> leads.</summary>
    /// <param name="pathBase">Below which path this service is reached.</param>
    /// <param name="code">The answer's code.</param>
    public static string TypeOf(PathString pathBase, string code) => $"{pathBase}{Path}#{code}";
}
