namespace Artorizer.LocalServers;

/// <summary>A server that services connect to.</summary>
/// <param name="name">Name of the server, for messages.</param>
/// <param name="options">Where it lives.</param>
public abstract class LocalServer(string name, LocalServerOptions options) : LocalProcess(name, options)
{
    /// <summary>As the services take it under <c>ConnectionStrings</c>.</summary>
    public abstract string ConnectionString { get; }
}
