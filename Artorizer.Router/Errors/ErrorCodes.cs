using Artorizer.Contracts.Jobs;
using Artorizer.Router.Uploads;

namespace Artorizer.Router.Errors;

/// <summary>Codes of refused requests. Those of failed jobs are <see cref="JobErrorCodes"/>; <see cref="ErrorCatalog"/> explains all.</summary>
internal static class ErrorCodes
{
    public const string InvalidField = "invalid_field";
    public const string MissingField = "missing_field";
    public const string UnknownField = "unknown_field";
    public const string RepeatedField = "repeated_field";
    public const string FieldNotAvailable = "field_not_available";
    public const string InvalidRequest = "invalid_request";
    public const string Unauthorized = "unauthorized";
    public const string Forbidden = "forbidden";
    public const string NotFound = "not_found";
    public const string MethodNotAllowed = "method_not_allowed";
    public const string NotAcceptable = "not_acceptable";
    public const string RequestTimeout = "request_timeout";
    public const string Conflict = "conflict";
    public const string Gone = "gone";
    public const string PreconditionFailed = "precondition_failed";
    public const string TooLarge = "too_large";
    public const string UnsupportedMediaType = "unsupported_media_type";
    public const string UnsupportedContentEncoding = "unsupported_content_encoding";
    public const string RangeNotSatisfiable = "range_not_satisfiable";
    public const string Unprocessable = "unprocessable";
    public const string IdempotencyKeyReused = "idempotency_key_reused";
    public const string Locked = "locked";
    public const string UpgradeRequired = "upgrade_required";
    public const string RateLimited = "rate_limited";
    public const string ChecksumMismatch = "checksum_mismatch";
    public const string NotImplemented = "not_implemented";
    public const string Unavailable = "unavailable";
    public const string StorageFull = "storage_full";

    /// <summary>The code of an error that has none of its own.</summary>
    /// <param name="status">HTTP status, 400 or more.</param>
    /// <param name="field">The field that is wrong, if it is one.</param>
    public static string Of(int status, string? field) => status switch
    {
        StatusCodes.Status400BadRequest when field is not null => InvalidField,
        StatusCodes.Status401Unauthorized => Unauthorized,
        StatusCodes.Status403Forbidden => Forbidden,
        StatusCodes.Status404NotFound => NotFound,
        StatusCodes.Status405MethodNotAllowed => MethodNotAllowed,
        StatusCodes.Status406NotAcceptable => NotAcceptable,
        StatusCodes.Status408RequestTimeout => RequestTimeout,
        StatusCodes.Status409Conflict => Conflict,
        StatusCodes.Status410Gone => Gone,
        StatusCodes.Status412PreconditionFailed => PreconditionFailed,
        StatusCodes.Status413PayloadTooLarge => TooLarge,
        StatusCodes.Status415UnsupportedMediaType => UnsupportedMediaType,
        StatusCodes.Status416RangeNotSatisfiable => RangeNotSatisfiable,
        StatusCodes.Status422UnprocessableEntity => Unprocessable,
        StatusCodes.Status423Locked => Locked,
        StatusCodes.Status426UpgradeRequired => UpgradeRequired,
        StatusCodes.Status429TooManyRequests => RateLimited,
        UploadChecksum.Mismatch => ChecksumMismatch,
        StatusCodes.Status501NotImplemented => NotImplemented,
        StatusCodes.Status503ServiceUnavailable => Unavailable,
        StatusCodes.Status504GatewayTimeout => JobErrorCodes.TimedOut,
        StatusCodes.Status507InsufficientStorage => StorageFull,
        < StatusCodes.Status500InternalServerError => InvalidRequest,
        _ => JobErrorCodes.Internal,
    };
}
