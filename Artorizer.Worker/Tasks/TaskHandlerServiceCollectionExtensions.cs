using Artorizer.Worker.Tasks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers task handlers.</summary>
public static class TaskHandlerServiceCollectionExtensions
{
    /// <summary>Lets <typeparamref name="THandler"/> do tasks of this type.</summary>
    /// <param name="services">The worker's services.</param>
    /// <param name="type">1 to 100 characters; a later registration of the same type replaces an earlier one.</param>
    public static IServiceCollection AddTaskHandler<THandler>(this IServiceCollection services, string type)
        where THandler : class, ITaskHandler
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(type);
        services.AddSingleton(new TaskHandlerRegistration(type, provider => ActivatorUtilities.CreateInstance<THandler>(provider)));
        return services;
    }
}
