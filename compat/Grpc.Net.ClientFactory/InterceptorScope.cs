namespace Grpc.Net.ClientFactory;

/// <summary>How long an interceptor lives.</summary>
public enum InterceptorScope
{
    /// <summary>As long as the channel, shared by all clients of the name.</summary>
    Channel,

    /// <summary>As long as the client.</summary>
    Client,
}
