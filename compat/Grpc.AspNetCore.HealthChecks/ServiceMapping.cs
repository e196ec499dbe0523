namespace Grpc.AspNetCore.HealthChecks;

/// <summary>A service's name and the checks that count for it.</summary>
public sealed class ServiceMapping
{
    public ServiceMapping(string name, Func<HealthCheckMapContext, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(predicate);
        Name = name;
        HealthCheckPredicate = predicate;
    }

    public string Name { get; }

    public Func<HealthCheckMapContext, bool>? HealthCheckPredicate { get; }

    internal bool Covers(string check, IEnumerable<string> tags) => HealthCheckPredicate!(new HealthCheckMapContext(check, tags));
}
