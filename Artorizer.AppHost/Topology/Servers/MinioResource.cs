namespace Artorizer.AppHost.Topology.Servers;

/// <summary>A MinIO container: an S3 server.</summary>
/// <param name="name">Name of the resource.</param>
/// <param name="user">The access key.</param>
/// <param name="password">The secret key.</param>
internal sealed class MinioResource(string name, ParameterResource user, ParameterResource password) : ContainerResource(name)
{
    /// <summary>Name of the endpoint of the S3 API.</summary>
    public const string Api = "api";

    /// <summary>Name of the endpoint of the web console.</summary>
    public const string Console = "console";

    /// <summary>The access key.</summary>
    public ParameterResource User => user;

    /// <summary>The secret key.</summary>
    public ParameterResource Password => password;

    /// <summary>All that a service needs to use the server.</summary>
    public ReferenceExpression ConnectionString =>
        ReferenceExpression.Create($"Endpoint={this.GetEndpoint(Api)};AccessKey={user};SecretKey={password}");
}
