using System.Runtime.CompilerServices;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Events;
using Artorizer.Router.Jobs;

namespace Artorizer.Router.Tasks;

/// <summary>Changes of tasks for one listener, whichever transport they leave by.</summary>
internal sealed class TaskStream(IJobStore jobs, IJobEvents events)
{
    private const int PageSize = 100;

    /// <summary>
    /// Yields the state of each task that changes, and <see langword="null"/> now and then while nothing happens. A listener that
    /// reads more slowly than tasks change gets the latest state of a task rather than each one.
    /// </summary>
    /// <param name="filter">What to tell of.</param>
    /// <param name="opened">Called once, when no later change will be missed.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public async IAsyncEnumerable<Job?> ReadAsync(
        TaskStreamFilter filter, Func<Task> opened, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Listening begins before the present state is read, so that no change falls between the two.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var changed = new ChangedJobs();
        var listening = changed.ListenAsync(events, stop.Token);
        var next = Task.FromResult<string?>(null);
        try
        {
            await opened();
            if (filter.IncludeExisting)
            {
                await foreach (var job in ExistingAsync(filter, stop.Token))
                {
                    yield return job;
                }
            }

            next = changed.NextAsync(stop.Token);
            while (true)
            {
                if (!await JobEventFeed.CameAsync(next, JobEventFeed.KeepAlive, cancellationToken))
                {
                    yield return null;
                    continue;
                }

                if (await next is not { } jobId)
                {
                    yield break;
                }

                if (await jobs.GetAsync(jobId, stop.Token) is { } job && filter.Admits(job))
                {
                    yield return job;
                }

                next = changed.NextAsync(stop.Token);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await listening;
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async IAsyncEnumerable<Job> ExistingAsync(TaskStreamFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var id in filter.TaskIds)
        {
            if (await jobs.GetByTaskIdAsync(id, cancellationToken) is { } job && filter.Admits(job))
            {
                yield return job;
            }
        }

        var query = new JobQuery { Owner = filter.Owner, Limit = PageSize };
        while (filter.TaskIds.Count == 0)
        {
            var page = await jobs.ListAsync(query, cancellationToken);
            foreach (var job in page.Jobs.Where(filter.Admits))
            {
                yield return job;
            }

            if (page.NextCursor is not { } cursor)
            {
                yield break;
            }

            query = query with { Cursor = cursor };
        }
    }
}
