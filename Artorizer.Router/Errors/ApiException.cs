using Microsoft.AspNetCore.WebUtilities;

namespace Artorizer.Router.Errors;

/// <summary>A request that cannot be met, with what to tell the caller. Thrown anywhere below an endpoint, written in one place.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="error">What older clients read in <c>error</c>.</param>
/// <param name="detail">What is wrong and what to do; <paramref name="error"/> when <see langword="null"/>.</param>
internal sealed class ApiException(int status, string error, string? detail = null) : Exception(detail ?? error)
{
    public int Status => status;

    public string Error => error;

    public string Detail => Message;

    public string? Field { get; init; }

    public string? Code { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>400 that names the field: <c>field: reason</c>.</summary>
    public static ApiException BadField(string field, string reason) =>
        new(StatusCodes.Status400BadRequest, $"{field}: {reason}") { Field = field };

    /// <summary>400 in the words that older clients know.</summary>
    public static ApiException BadField(string field, string reason, string wording) =>
        new(StatusCodes.Status400BadRequest, wording, reason) { Field = field };

    public static ApiException InvalidImage(string reason) =>
        new(StatusCodes.Status400BadRequest, "Invalid image file format", reason) { Field = "image", Code = "invalid_image" };

    /// <summary>What routing decided, in the form of every other error.</summary>
    public static ApiException Unrouted(int status) => status switch
    {
        StatusCodes.Status404NotFound => new(status, "Not found", "There is nothing at this address; /openapi/v1.json lists what there is."),
        StatusCodes.Status405MethodNotAllowed =>
            new(status, "Method not allowed", "This address does not take this method; Allow lists those it does."),
        _ => new(status, ReasonPhrases.GetReasonPhrase(status)),
    };

    public static ApiException JobNotFound() =>
        new(StatusCodes.Status404NotFound, "Job not found", "There is no such job, or it belongs to someone else.");

    /// <summary>
    /// 503: a store or the queue does not answer. What became of the request is not known, so it is safe to repeat
    /// only under its idempotency key.
    /// </summary>
    public static ApiException StoreUnavailable() =>
        new(
            StatusCodes.Status503ServiceUnavailable,
            "Temporarily unavailable",
            "A store that this service needs does not answer. Try again in a moment; with the same Idempotency-Key nothing is done twice.")
        {
            RetryAfter = TimeSpan.FromSeconds(5),
        };

    public static ApiException TooLarge(long limit) =>
        new(StatusCodes.Status413PayloadTooLarge, "File too large", $"The file is larger than {limit:N0} bytes, the most that is accepted here.");
}
