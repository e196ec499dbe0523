using Artorizer.Contracts.Api;
using Artorizer.Jobs;

namespace Artorizer.Worker.Callbacks;

/// <summary>Tells a callback URL of progress while a job runs: at most once a second, the latest state only, and without a second try.</summary>
internal sealed class CallbackProgress : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private CallbackProgress(CallbackClient callbacks, ProtectionTask task, JobAttempt attempt)
    {
        _running = task.CallbackUrl is { } url ? RunAsync(callbacks, url, task.CallbackAuthToken, attempt) : Task.CompletedTask;
    }

    public static CallbackProgress Start(CallbackClient callbacks, ProtectionTask task, JobAttempt attempt) => new(callbacks, task, attempt);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(CallbackClient callbacks, Uri url, string? token, JobAttempt attempt)
    {
        try
        {
            using var timer = new PeriodicTimer(Interval);
            DateTimeOffset? told = null;
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                var job = attempt.Job;
                if (job.Progress is { } progress && progress.UpdatedAt != told)
                {
                    told = progress.UpdatedAt;
                    await callbacks.PostAsync(new CallbackDelivery(url, token, CallbackBody.Of(job, "progress")), _stop.Token);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The job has ended.
        }
        catch (JobFailedException)
        {
            // A listener that does not listen is left alone until the job has ended, which is told with retries.
        }
    }
}
