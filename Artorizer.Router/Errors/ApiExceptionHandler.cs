using Artorizer.Contracts.Wire;
using Artorizer.Jobs;
using Artorizer.Jobs.Objects;
using Microsoft.AspNetCore.Diagnostics;

namespace Artorizer.Router.Errors;

/// <summary>The one place where exceptions become answers. What is not foreseen is logged and answered with 500 and no detail.</summary>
internal sealed partial class ApiExceptionHandler(ILogger<ApiExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken cancellationToken)
    {
        if (http.RequestAborted.IsCancellationRequested)
        {
            LogGone(http.Request.Method, http.Request.Path);
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var answer = Translate(exception);
        if (exception is StoreUnavailableException)
        {
            // Of everybody's making but this request's, and the same for each of them while it lasts.
            LogUnavailable(http.Request.Method, http.Request.Path, exception.Message);
        }
        else if (answer.Status >= StatusCodes.Status500InternalServerError)
        {
            LogFailed(exception, http.Request.Method, http.Request.Path, answer.Status);
        }

        await ProblemResult.WriteAsync(http, answer);
        return true;
    }

    private static ApiException Translate(Exception exception) => exception switch
    {
        ApiException e => e,
        WireFormatException e => ApiException.Malformed(e),
        StorageFullException => new ApiException(
            StatusCodes.Status507InsufficientStorage,
            "Storage full",
            "The storage is full. Nothing of this request was kept; try again when there is room."),
        StoreUnavailableException => ApiException.StoreUnavailable(),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new ApiException(StatusCodes.Status413PayloadTooLarge, "Request too large", "The body is larger than what is accepted here."),
        BadHttpRequestException e => new ApiException(e.StatusCode, "Bad request", e.Message),
        _ => new ApiException(
            StatusCodes.Status500InternalServerError, "Internal error", "Something unforeseen happened. It was logged under the trace id."),
    };

    [LoggerMessage(1, LogLevel.Debug, "The client left {Method} {Path} before it was answered")]
    private partial void LogGone(string method, string path);

    [LoggerMessage(2, LogLevel.Error, "{Method} {Path} failed with {Status}")]
    private partial void LogFailed(Exception exception, string method, string path, int status);

    [LoggerMessage(3, LogLevel.Warning, "{Method} {Path} was put off, because a store does not answer: {Reason}")]
    private partial void LogUnavailable(string method, string path, string reason);
}
