using Artorizer.Infrastructure.Redis.Scripts;
using Artorizer.Jobs;
using Artorizer.Jobs.Events;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Artorizer.Infrastructure.Redis;

/// <summary>Looks now and then how far the events are of the jobs that someone listens to, for published messages can be lost.</summary>
internal sealed partial class StoreWatch(
    RedisCommands redis, JobTopics topics, RedisStoreOptions options, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private const int Chunk = 256;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _hurry = new(0);
    private readonly Lock _lock = new();
    private Task? _running;

    /// <summary>Begins with the first listener.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (!_stop.IsCancellationRequested)
            {
                _running ??= Task.Run(RunAsync);
            }
        }
    }

    /// <summary>Looks at once.</summary>
    public void Hurry()
    {
        if (_hurry.CurrentCount == 0)
        {
            _hurry.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task? running;
        lock (_lock)
        {
            _stop.Cancel();
            running = _running;
        }

        if (running is not null)
        {
            await running;
        }
    }

    private async Task RunAsync()
    {
        while (true)
        {
            try
            {
                await PauseAsync();
                foreach (var chunk in topics.Snapshot().Chunk(Chunk))
                {
                    await LookAsync(chunk);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (StoreUnavailableException e)
            {
                LogUnavailable(e);
            }
            catch (Exception e)
            {
                // Listeners rely on this loop, so it goes on whatever happens.
                LogFailed(e);
            }
        }
    }

    private async Task PauseAsync()
    {
        using var pause = new CancellationTokenSource(options.PollInterval, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, _stop.Token);
        try
        {
            await _hurry.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            // The pause is over.
        }
    }

    private async Task LookAsync(JobTopic[] chunk)
    {
        var lengths = ((RedisValue[]?)await redis.EvaluateAsync(
            RedisScripts.CountEvents, [.. chunk.Select(topic => redis.Keys.Log(topic.JobId))], [], _stop.Token))!;
        foreach (var (topic, length) in chunk.Zip(lengths))
        {
            topic.Stored((long)length);
        }
    }

    [LoggerMessage(3, LogLevel.Debug, "Events could not be looked at")]
    private partial void LogUnavailable(Exception exception);

    [LoggerMessage(4, LogLevel.Error, "Events could not be looked at")]
    private partial void LogFailed(Exception exception);
}
