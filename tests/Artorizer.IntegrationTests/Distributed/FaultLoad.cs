using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Artorizer.Infrastructure.Redis;
using Artorizer.IntegrationTests.Api;
using Artorizer.Jobs.Events;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Artorizer.IntegrationTests.Distributed;

/// <summary>Submits jobs whatever happens, remembers those that were accepted, and looks at how they ended.</summary>
internal sealed class FaultLoad(FaultFixture faults)
{
    private const int Clients = 8;
    private const int RetryBudget = 3;
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentDictionary<string, byte> _accepted = new();
    private int _verified;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Jobs accepted so far.</summary>
    public int Accepted => _accepted.Count + _verified;

    /// <summary>Attempts beyond the first of every job.</summary>
    public int Repeated { get; private set; }

    /// <summary>Submits jobs, one in five with a picture, until so many have been accepted.</summary>
    public Task FillAsync(int jobs) => Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
    {
        for (var i = client; i < jobs; i += Clients)
        {
            while (!await TrySubmitAsync(i, Token))
            {
                await Task.Delay(100, Token);
            }
        }
    }));

    /// <summary>Goes on submitting until cancelled; what is refused is not tried again.</summary>
    public Task KeepOnAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, 2).Select(async client =>
    {
        for (var i = client; !stop.IsCancellationRequested; i++)
        {
            await TrySubmitAsync(i, Token);
            await Task.Delay(50, Token);
        }
    }));

    /// <summary>
    /// Waits until a picture that is submitted now, again and again until it is accepted, has gone
    /// through every part of the system.
    /// </summary>
    public async Task ProbeAsync()
    {
        while (true)
        {
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
                limit.CancelAfter(TimeSpan.FromSeconds(30));
                var jobId = await faults.Client.SubmitAsync(faults.Picture(), "a.png", ("priority", "9")).WaitAsync(limit.Token);
                _accepted[jobId] = 0;
                await faults.Client.EndOfAsync(jobId).WaitAsync(limit.Token);
                return;
            }
            catch (Exception e) when (IsOutage(e))
            {
                await Task.Delay(50, Token);
            }
        }
    }

    /// <summary>
    /// Waits until everything that was accepted since the last call has ended, and fails unless each job has
    /// completed once, within its attempts.
    /// </summary>
    public async Task AssertEndedOnceAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(faults.StoreSettings);
        builder.AddRedisStores();
        using var host = builder.Build();
        await host.StartAsync(Token);
        var events = host.Services.GetRequiredService<IJobEvents>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 128, CancellationToken = Token };
        await Parallel.ForEachAsync(_accepted.Keys, parallel, async (jobId, _) =>
        {
            var job = await EndOfAsync(jobId);
            Assert.True((string?)job["status"] == "completed", job.ToJsonString());
            var attempts = (int)job["attempts"]!;
            Assert.InRange(attempts, 1, RetryBudget);
            lock (_accepted)
            {
                Repeated += attempts - 1;
            }

            Assert.Equal(1, await EndsAsync(events, jobId));
        });
        _verified += _accepted.Count;
        _accepted.Clear();
        await host.StopAsync(Token);
    }

    /// <summary>The milliseconds that an action takes.</summary>
    public static async Task<double> TimeAsync(Func<Task> action)
    {
        var clock = Stopwatch.StartNew();
        await action();
        return clock.Elapsed.TotalMilliseconds;
    }

    // Whatever is restarted may not answer at once.
    private async Task<JsonNode> EndOfAsync(string jobId)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await faults.Client.EndOfAsync(jobId);
            }
            catch (Exception e) when (IsOutage(e) && clock.Elapsed < Timeout)
            {
                await Task.Delay(100, Token);
            }
        }
    }

    // Every stored event, not only those up to the first end, where a listener of the API would be let go.
    private static async Task<int> EndsAsync(IJobEvents events, string jobId)
    {
        var ends = 0;
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(Token);
        quiet.CancelAfter(TimeSpan.FromSeconds(30));
        try
        {
            await foreach (var e in events.SubscribeAsync(jobId, 0, quiet.Token))
            {
                ends += e.IsTerminal ? 1 : 0;
                if (ends > 0)
                {
                    quiet.CancelAfter(Quiet);
                }
            }
        }
        catch (OperationCanceledException) when (!Token.IsCancellationRequested)
        {
            // Nothing more came.
        }

        return ends;
    }

    private async Task<bool> TrySubmitAsync(int number, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(CallLimit);
        try
        {
            var submitted = number % 5 == 0
                ? faults.Client.SubmitAsync(faults.Picture(), "a.png")
                : faults.Client.QueueAsync(new { type = "sleep", data = new { ms = 20 + (number * 7 % 180) } });
            _accepted[await submitted.WaitAsync(limit.Token)] = 0;
            return true;
        }
        catch (Exception e) when (IsOutage(e) && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    // A refusal, a broken connection or silence; anything but 503 among the refusals is a defect.
    private static bool IsOutage(Exception e) =>
        e is HttpRequestException or IOException or OperationCanceledException
        || (e is Xunit.Sdk.TrueException && e.Message.Contains("got 503", StringComparison.Ordinal));
}
