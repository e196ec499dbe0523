using System.Diagnostics;
using Artorizer.Contracts.Api;
using Artorizer.Router.Grpc;
using Artorizer.Router.Negotiation;
using Microsoft.AspNetCore.WebUtilities;

namespace Artorizer.Router.Errors;

/// <summary>RFC 9457 problem details with the older <c>error</c> field, in the format that the caller accepts; for a gRPC call its status.</summary>
internal static class ProblemResult
{
    public static Task WriteAsync(HttpContext http, ApiException e)
    {
        if (GrpcRefusals.Expects(http))
        {
            return GrpcRefusals.WriteAsync(http, e);
        }

        if (e.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = RetryAfterSeconds.Of(wait);
        }

        var problem = new ProblemView
        {
            Type = ErrorCatalog.TypeOf(http.Request.PathBase, e.Code),
            Title = ReasonPhrases.GetReasonPhrase(e.Status) is { Length: > 0 } phrase ? phrase : e.Error,
            Status = e.Status,
            Detail = e.Detail,
            Error = e.Error,
            Field = e.Field,
            Code = e.Code,
            Errors = [.. e.Errors],
            TraceId = Activity.Current?.TraceId.ToHexString(),
        };
        return new WireResult<ProblemView>(problem, e.Status).ExecuteAsync(http);
    }
}
