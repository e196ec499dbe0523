using System.Diagnostics.CodeAnalysis;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire;
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

    /// <summary>One of the catalogue; by status where none is given.</summary>
    [AllowNull]
    public string Code { get => field ?? ErrorCodes.Of(status, Field); init; }

    /// <summary>Everything that is wrong with the fields.</summary>
    public IReadOnlyList<FieldProblem> Errors { get => field ?? (Field is null ? [] : [new FieldProblem(Field, Code, Reason ?? Detail)]); init; }

    private string? Reason { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>400 that names the field: <c>field: reason</c>.</summary>
    public static ApiException BadField(string field, string reason, string code = ErrorCodes.InvalidField) =>
        new(StatusCodes.Status400BadRequest, $"{field}: {reason}") { Field = field, Code = code, Reason = reason };

    /// <summary>400 in the words that older clients know.</summary>
    public static ApiException BadFieldAs(string wording, string field, string reason) =>
        new(StatusCodes.Status400BadRequest, wording, reason) { Field = field };

    /// <summary>400: a field that is needed is not there.</summary>
    public static ApiException MissingField(string field, string reason = "required") => BadField(field, reason, ErrorCodes.MissingField);

    /// <summary>400: a field came more than once.</summary>
    public static ApiException RepeatedField(string field) => BadField(field, "given more than once", ErrorCodes.RepeatedField);

    public static ApiException InvalidImage(string reason) =>
        new(StatusCodes.Status400BadRequest, "Invalid image file format", reason) { Field = "image", Code = JobErrorCodes.InvalidImage };

    /// <summary>400: the body is not what it claims to be.</summary>
    public static ApiException Malformed(WireFormatException e) => new(StatusCodes.Status400BadRequest, e.Message)
    {
        Field = e.Field,
        Reason = e.Field is { } field && e.Message.StartsWith(field + ": ", StringComparison.Ordinal) ? e.Message[(field.Length + 2)..] : null,
    };

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
