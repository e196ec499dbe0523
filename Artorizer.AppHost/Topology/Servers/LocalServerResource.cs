namespace Artorizer.AppHost.Topology.Servers;

/// <summary>A server that is installed on this machine, run by Artorizer.LocalServers.</summary>
internal sealed class LocalServerResource : ExecutableResource, IResourceWithConnectionString
{
    /// <summary>Name of the endpoint that clients use.</summary>
    public const string Endpoint = "tcp";

    /// <summary>Makes the resource.</summary>
    /// <param name="name">Name of the resource.</param>
    /// <param name="workingDirectory">Where the program is.</param>
    /// <param name="connectionString">Makes the connection string of the server's address, <c>host:port</c>.</param>
    public LocalServerResource(string name, string workingDirectory, Func<ReferenceExpression, ReferenceExpression> connectionString)
        : base(name, "dotnet", workingDirectory)
    {
        // IPv4, since that is what the servers listen on.
        var endpoint = new EndpointReference(this, Endpoint);
        ConnectionStringExpression = connectionString(
            ReferenceExpression.Create($"{endpoint.Property(EndpointProperty.IPV4Host)}:{endpoint.Property(EndpointProperty.Port)}"));
    }

    /// <summary>As the services take it under <c>ConnectionStrings</c>.</summary>
    public ReferenceExpression ConnectionStringExpression { get; }
}
