using Artorizer.Contracts.Api;
using Artorizer.Contracts.Wire;
using Artorizer.Router.Limits;

namespace Artorizer.Router.Negotiation;

/// <summary>An answer in whichever format the caller accepts; endpoints only name the message.</summary>
/// <param name="value">The message.</param>
/// <param name="status">HTTP status.</param>
internal sealed class WireResult<T>(T value, int status = StatusCodes.Status200OK) : IResult, IStatusCodeHttpResult, IValueHttpResult<T>
    where T : notnull
{
    public T Value => value;

    T? IValueHttpResult<T>.Value => value;

    public int? StatusCode => status;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var protocol = Wire.Answer<T>(httpContext);
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = value is ProblemView && protocol is JsonWireProtocol ? "application/problem+json" : protocol.MediaTypes[0];
        response.Headers.Vary = "Accept";
        var body = new BufferedBody(httpContext);
        protocol.Serialize(value, body);
        await body.SendAsync(httpContext.RequestAborted);
    }
}
