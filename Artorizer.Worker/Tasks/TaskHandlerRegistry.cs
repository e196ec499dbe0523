using Artorizer.Contracts.Jobs;

namespace Artorizer.Worker.Tasks;

/// <summary>Which handler does which task type.</summary>
internal sealed class TaskHandlerRegistry(IEnumerable<TaskHandlerRegistration> registrations)
{
    /// <summary>Stands for every type without a handler.</summary>
    public const string Other = "other";

    // The last registration of a name wins, so that a host can replace a built-in handler.
    private readonly Dictionary<string, TaskHandlerRegistration> _byType =
        registrations.GroupBy(r => r.Type, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);

    /// <summary>
    /// A type as it is shown where there is a series for each: callers make types up, and whoever reads metrics must not meet theirs.
    /// </summary>
    /// <returns>The type where it has a handler, or is the system's own; else <see cref="Other"/>.</returns>
    public string Shown(string type) => _byType.ContainsKey(type) || TaskTypes.IsInternal(type) ? type : Other;

    public ITaskHandler? Create(string type, IServiceProvider services) => _byType.GetValueOrDefault(type)?.Factory(services);
}

/// <summary>One registered handler.</summary>
internal sealed record TaskHandlerRegistration(string Type, Func<IServiceProvider, ITaskHandler> Factory);
