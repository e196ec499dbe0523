using System.Diagnostics;

namespace Grpc.Net.Client.Internal;

/// <summary>The span of a call; the HTTP request's own span, and with it <c>traceparent</c>, nests inside.</summary>
internal static class GrpcActivity
{
    public const string UserAgent = "grpc-dotnet/2.80.0 (.NET; compat)";

    private static readonly ActivitySource Source = new("Grpc.Net.Client");

    public static Activity? Start(string method)
    {
        var activity = Source.StartActivity("Grpc.Net.Client.GrpcOut", ActivityKind.Client);
        activity?.SetTag("grpc.method", method);
        return activity;
    }
}
