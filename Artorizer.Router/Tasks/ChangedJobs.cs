using System.Threading.Channels;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs.Events;
using Artorizer.Router.Errors;

namespace Artorizer.Router.Tasks;

/// <summary>
/// Jobs that changed and were not looked at yet, each once. A reader that is slower than the changes sees the latest state
/// of a job instead of every one; what waits for it is bounded by the number of jobs, and by a limit.
/// </summary>
internal sealed class ChangedJobs
{
    private const int MaxWaiting = 100_000;
    private readonly Channel<string> _order = Channel.CreateUnbounded<string>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly HashSet<string> _waiting = new(StringComparer.Ordinal);

    /// <summary>Listens until cancelled. The subscription is made before the first await, so a state that is read later is none too old.</summary>
    public async Task ListenAsync(IJobEvents events, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var jobEvent in events.SubscribeAllAsync(cancellationToken))
            {
                if (jobEvent.Type != JobEventTypes.Progress)
                {
                    Add(jobEvent.JobId);
                }
            }

            _order.Writer.Complete();
        }
        catch (Exception e)
        {
            _order.Writer.Complete(e);
        }
    }

    /// <summary>The job that has waited longest; <see langword="null"/> when no more will come.</summary>
    /// <exception cref="ApiException">429: too many wait.</exception>
    public async Task<string?> NextAsync(CancellationToken cancellationToken)
    {
        while (await _order.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_order.Reader.TryRead(out var jobId))
            {
                lock (_waiting)
                {
                    _waiting.Remove(jobId);
                }

                return jobId;
            }
        }

        return null;
    }

    private void Add(string jobId)
    {
        lock (_waiting)
        {
            if (_waiting.Count == MaxWaiting)
            {
                throw new ApiException(
                    StatusCodes.Status429TooManyRequests,
                    "Too slow",
                    $"More than {MaxWaiting} changes wait to be read; read faster, or ask for fewer tasks.");
            }

            if (_waiting.Add(jobId))
            {
                _order.Writer.TryWrite(jobId);
            }
        }
    }
}
