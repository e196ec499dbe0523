using System.Runtime.CompilerServices;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Events;

namespace Artorizer.Router.Jobs;

/// <summary>A job's events for one listener, up to the job's last one, whichever transport they leave by.</summary>
internal static class JobEventFeed
{
    // Proxies close connections that say nothing for a minute.
    internal static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20);

    // How long the stored events of a finished job may take to come.
    private static readonly TimeSpan Replay = TimeSpan.FromSeconds(1);

    /// <summary>Yields each event after <paramref name="after"/>, and <see langword="null"/> now and then while nothing happens.</summary>
    public static async IAsyncEnumerable<JobEvent?> ReadAsync(
        Job job, long after, IJobStore jobs, IJobEvents events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var source = events.SubscribeAsync(job.Id, after, stop.Token).GetAsyncEnumerator(stop.Token);
        var next = source.MoveNextAsync().AsTask();
        var timeout = job.IsFinished ? Replay : KeepAlive;
        try
        {
            while (true)
            {
                if (!await CameAsync(next, timeout, cancellationToken))
                {
                    if (await EndedUnheardAsync(jobs, job.Id, after, cancellationToken) is { } ending)
                    {
                        yield return ending;
                        yield break;
                    }

                    timeout = KeepAlive;
                    yield return null;
                    continue;
                }

                if (!await next)
                {
                    yield break;
                }

                after = source.Current.Sequence;
                yield return source.Current;
                if (source.Current.IsTerminal)
                {
                    yield break;
                }

                next = source.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            // An enumerator must not be disposed while it is being moved on, as it is when the listener leaves.
            await stop.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits for <paramref name="next"/>, but not for ever.</summary>
    internal static async Task<bool> CameAsync(Task next, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (next.IsCompleted)
        {
            return true;
        }

        // The timer must not outlive the wait: a thousand listeners would leave a thousand timers for each event.
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(next, Task.Delay(timeout, timer.Token));
        await timer.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return first == next;
    }

    // The state is stored before its event. A crash in between, or a resume after the last event, leaves a listener with
    // a finished job and nothing to come; it is told from the state.
    private static async Task<JobEvent?> EndedUnheardAsync(IJobStore jobs, string jobId, long after, CancellationToken cancellationToken)
    {
        var job = await jobs.GetAsync(jobId, cancellationToken);
        if (job is { IsFinished: false })
        {
            return null;
        }

        return new JobEvent
        {
            JobId = jobId,
            Sequence = after,
            Type = job switch
            {
                null => JobEventTypes.Deleted,
                { Status: JobStatus.Completed } => JobEventTypes.Completed,
                _ => JobEventTypes.Failed,
            },
            At = job?.CompletedAt ?? default,
            Status = job?.Status ?? JobStatus.Failed,
            Progress = job?.Progress,
            Error = job?.Error,
        };
    }
}
