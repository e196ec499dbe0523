using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;

namespace Artorizer.Worker.Tasks;

/// <summary>A handler whose input is bound and validated, and whose result is written in the request's own kind.</summary>
/// <typeparam name="TInput">See <see cref="TaskSerializer.Read{T}"/>.</typeparam>
/// <typeparam name="TResult">Anything that the serializer can write, bytes and null included.</typeparam>
public abstract class TaskHandler<TInput, TResult> : ITaskHandler
{
    /// <summary>Works on a task. May be called again for the same job after a crash, so effects must be idempotent by job id.</summary>
    /// <param name="input">Bound from the task's data, and valid.</param>
    /// <param name="context">The task, its services and the way to report progress.</param>
    /// <param name="cancellationToken">Cancelled when the job is deleted, times out, or the worker stops.</param>
    /// <exception cref="JobFailedException">
    /// With a code and a sentence for the owner; whatever else is thrown counts as passing and unforeseen.
    /// </exception>
    protected abstract Task<TResult> HandleAsync(TInput input, TaskContext context, CancellationToken cancellationToken);

    /// <inheritdoc/>
    async Task<Payload> ITaskHandler.HandleAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var serializer = context.Services.GetRequiredService<TaskSerializer>();
        var result = await HandleAsync(serializer.Read<TInput>(context.Data), context, cancellationToken);
        return serializer.Write(result, context.Data.Format);
    }
}
