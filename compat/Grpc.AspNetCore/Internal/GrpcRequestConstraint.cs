using Grpc.Net.Internal;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Lets the fallback endpoints see gRPC requests only, so that they shadow no other route.</summary>
internal sealed class GrpcRequestConstraint : IRouteConstraint
{
    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        httpContext is { Request: var request }
        && HttpMethods.IsPost(request.Method)
        && GrpcHeaders.IsGrpcContentType(request.ContentType);
}
