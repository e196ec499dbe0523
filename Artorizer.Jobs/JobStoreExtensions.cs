using Artorizer.Contracts.Jobs;

namespace Artorizer.Jobs;

/// <summary>Shorter forms of calls to <see cref="IJobStore"/>.</summary>
public static class JobStoreExtensions
{
    /// <summary>As <see cref="IJobStore.TryReplaceAsync"/>, for a change that nobody is told of.</summary>
    public static Task<Job?> TryReplaceAsync(this IJobStore store, Job job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.TryReplaceAsync(job, [], cancellationToken);
    }
}
