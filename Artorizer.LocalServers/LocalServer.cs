namespace Artorizer.LocalServers;

/// <summary>A server that services connect to.</summary>
/// <param name="name">Name of the server, for messages.</param>
/// <param name="folder">Parent of the server's folder; <see langword="null"/> for the system's temporary folder.</param>
public abstract class LocalServer(string name, string? folder) : LocalProcess(name, folder)
{
    /// <summary>As the services take it under <c>ConnectionStrings</c>.</summary>
    public abstract string ConnectionString { get; }
}
