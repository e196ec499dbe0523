using Artorizer.Worker.Tasks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers task handlers. A later registration of the same type replaces an earlier one.</summary>
public static class TaskHandlerServiceCollectionExtensions
{
    /// <summary>Lets <typeparamref name="THandler"/> do tasks of this type. It is made anew for each attempt, from the attempt's scope.</summary>
    /// <param name="services">The worker's services.</param>
    /// <param name="type">1 to 100 characters.</param>
    public static IServiceCollection AddTaskHandler<THandler>(this IServiceCollection services, string type)
        where THandler : class, ITaskHandler =>
        services.Add(type, provider => ActivatorUtilities.CreateInstance<THandler>(provider));

    /// <summary>Lets a function do tasks of this type.</summary>
    /// <typeparam name="TInput">What the task's data are bound to; see <see cref="TaskSerializer.Read{T}"/>.</typeparam>
    /// <typeparam name="TResult">What the submitter gets.</typeparam>
    /// <param name="services">The worker's services.</param>
    /// <param name="type">1 to 100 characters.</param>
    /// <param name="handle">See <see cref="TaskHandler{TInput,TResult}.HandleAsync"/>.</param>
    public static IServiceCollection AddTaskHandler<TInput, TResult>(
        this IServiceCollection services, string type, Func<TInput, TaskContext, CancellationToken, Task<TResult>> handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        var handler = new DelegateTaskHandler<TInput, TResult>(handle);
        return services.Add(type, _ => handler);
    }

    /// <summary>Lets a function without a result do tasks of this type; their result is null.</summary>
    /// <typeparam name="TInput">What the task's data are bound to; see <see cref="TaskSerializer.Read{T}"/>.</typeparam>
    /// <param name="services">The worker's services.</param>
    /// <param name="type">1 to 100 characters.</param>
    /// <param name="handle">See <see cref="TaskHandler{TInput,TResult}.HandleAsync"/>.</param>
    public static IServiceCollection AddTaskHandler<TInput>(
        this IServiceCollection services, string type, Func<TInput, TaskContext, CancellationToken, Task> handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return services.AddTaskHandler<TInput, object?>(type, async (input, context, cancellationToken) =>
        {
            await handle(input, context, cancellationToken);
            return null;
        });
    }

    private static IServiceCollection Add(this IServiceCollection services, string type, Func<IServiceProvider, ITaskHandler> factory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(type);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(type.Length, 100, nameof(type));
        return services.AddSingleton(new TaskHandlerRegistration(type, factory));
    }
}
