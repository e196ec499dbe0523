namespace Artorizer.Worker.Tasks;

/// <summary>Which handler does which task type.</summary>
internal sealed class TaskHandlerRegistry(IEnumerable<TaskHandlerRegistration> registrations)
{
    // The last registration of a name wins, so that a host can replace a built-in handler.
    private readonly Dictionary<string, TaskHandlerRegistration> _byType =
        registrations.GroupBy(r => r.Type, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);

    public ITaskHandler? Create(string type, IServiceProvider services) => _byType.GetValueOrDefault(type)?.Factory(services);
}

/// <summary>One registered handler.</summary>
internal sealed record TaskHandlerRegistration(string Type, Func<IServiceProvider, ITaskHandler> Factory);
