using Artorizer.Contracts.Jobs;

namespace Artorizer.Worker.Tasks;

/// <summary>Returns its data, untouched.</summary>
internal sealed class EchoHandler : ITaskHandler
{
    public Task<Payload> HandleAsync(TaskContext context, CancellationToken cancellationToken) => Task.FromResult(context.Data);
}
