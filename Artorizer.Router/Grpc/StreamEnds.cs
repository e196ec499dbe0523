using Grpc.Core;

namespace Artorizer.Router.Grpc;

/// <summary>How streams end that would go on without end.</summary>
internal static class StreamEnds
{
    /// <summary>An open stream would keep the server from stopping; UNAVAILABLE has clients call again.</summary>
    public static RpcException Stopping() => new(new Status(StatusCode.Unavailable, "The server is stopping; call again."));
}
