namespace Artorizer.Worker.Tasks;

/// <summary>A handler that is a function.</summary>
internal sealed class DelegateTaskHandler<TInput, TResult>(Func<TInput, TaskContext, CancellationToken, Task<TResult>> handle)
    : TaskHandler<TInput, TResult>
{
    protected override Task<TResult> HandleAsync(TInput input, TaskContext context, CancellationToken cancellationToken) =>
        handle(input, context, cancellationToken);
}
