using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;

namespace Artorizer.Worker.Tasks;

/// <summary>Does the work of one task type. Made anew for each attempt, from a scope of its own, unless it is a function.</summary>
public interface ITaskHandler
{
    /// <summary>Works on a task. May be called again for the same job after a crash, so effects must be idempotent by job id.</summary>
    /// <param name="context">The task and the way to report progress.</param>
    /// <param name="cancellationToken">Cancelled when the job is deleted, times out, or the worker stops.</param>
    /// <returns>The result as its submitter will see it.</returns>
    /// <exception cref="JobFailedException">
    /// With a code and a sentence for the owner; whatever else is thrown counts as passing and unforeseen.
    /// </exception>
    Task<Payload> HandleAsync(TaskContext context, CancellationToken cancellationToken);
}
