namespace Grpc.Net.ClientFactory.Internal;

/// <summary>Which client type has which name, known while services are registered already.</summary>
internal sealed class RegisteredClients
{
    private readonly Dictionary<string, Type> _clients = new(StringComparer.Ordinal);

    public void Add(string name, Type type)
    {
        if (_clients.TryGetValue(name, out var other) && other != type)
        {
            throw new InvalidOperationException(
                $"The gRPC client factory already has a registered client with the name '{name}', bound to the type '{other.FullName}'. " +
                "Use an overload of AddGrpcClient that accepts a string and provide a unique name to resolve the conflict.");
        }

        _clients[name] = type;
    }

    public bool Contains(string name) => _clients.ContainsKey(name);

    public bool Contains(string name, Type type) => _clients.TryGetValue(name, out var registered) && registered == type;
}
