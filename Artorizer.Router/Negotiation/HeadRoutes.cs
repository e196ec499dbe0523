using Microsoft.AspNetCore.Http.Features;

namespace Artorizer.Router.Negotiation;

/// <summary>Answers HEAD wherever there is GET (RFC 9110 §9.3.2).</summary>
internal static class HeadRoutes
{
    /// <summary>Tells the length of a body that is not sent. The server itself would say 0 of what an endpoint writes all the same.</summary>
    public static void UseHead(this WebApplication app) => app.Use(async (http, next) =>
    {
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await next(http);
            return;
        }

        var body = new HeadBody(http.Response, http.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        http.Features.Set<IHttpResponseBodyFeature>(body);
        await next(http);
        await body.TellLengthAsync(http.RequestAborted);
    });

    /// <summary>Where to map routes that take HEAD beside GET. An endpoint that would go on after its headers looks at the method.</summary>
    public static IEndpointRouteBuilder MapWithHead(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("");
        ((IEndpointConventionBuilder)group).Finally(static endpoint =>
        {
            if (endpoint.Metadata.OfType<HttpMethodMetadata>().LastOrDefault() is { HttpMethods: var methods } && methods.Contains(HttpMethods.Get)
                && !methods.Contains(HttpMethods.Head))
            {
                endpoint.Metadata.Add(new HttpMethodMetadata([.. methods, HttpMethods.Head]));
            }
        });
        return group;
    }
}
