using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Artorizer.IntegrationTests.Api;

namespace Artorizer.IntegrationTests.Distributed;

/// <summary>
/// A deployment: every service is replaced, one instance after the other, while requests come in on both routers. The load tries
/// the other router, as a proxy would, where one is not there or says that it stops.
/// <c>ARTORIZER_FAULT_REPORT</c> names a file to which a line with the times is added.
/// </summary>
[Collection(nameof(DistributedCollection))]
public sealed class DeploymentTests(TopologyFixture topology)
{
    private const int Callers = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly ConcurrentBag<string> _jobs = [];
    private readonly ConcurrentBag<double> _milliseconds = [];
    private int _tries;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Length", "long")]
    public async Task Every_service_is_replaced_and_no_job_and_no_request_is_lost()
    {
        using var stop = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => CallAsync(caller, stop.Token)));
        var clock = Stopwatch.StartNew();
        foreach (var instance in topology.Topology.Routers.Concat(topology.Topology.Processors).Concat(topology.Topology.Workers))
        {
            await instance.StopAsync(Token);
            TestContext.Current.TestOutputHelper?.WriteLine($"{clock.Elapsed.TotalSeconds:0} s: {instance.Id} has stopped; {_jobs.Count} jobs.");
            await instance.StartAsync(Token);
            TestContext.Current.TestOutputHelper?.WriteLine($"{clock.Elapsed.TotalSeconds:0} s: {instance.Id} is back; {_jobs.Count} jobs.");
        }

        var replaced = clock.Elapsed;
        await stop.CancelAsync();
        await load;

        Assert.True(_jobs.Count >= 50, $"Only {_jobs.Count} jobs were accepted.");
        Assert.Equal(_jobs.Count, _jobs.Distinct().Count());
        foreach (var jobId in _jobs)
        {
            var job = await topology.Clients[0].EndOfAsync(jobId);
            Assert.True((string?)job["status"] == "completed" && (int)job["attempts"]! == 1, job.ToJsonString());
        }

        await ReportAsync(replaced);
    }

    private async Task CallAsync(int caller, CancellationToken stop)
    {
        for (var number = caller; !stop.IsCancellationRequested; number += Callers)
        {
            var clock = Stopwatch.StartNew();
            _jobs.Add(await SubmitAsync(number));
            _milliseconds.Add(clock.Elapsed.TotalMilliseconds);
            await Task.Delay(Pause, Token);
        }
    }

    private async Task<string> SubmitAsync(int number)
    {
        var key = Guid.NewGuid().ToString();
        var picture = number % 5 == 0 ? topology.Picture() : null;
        for (var router = number; ; router++)
        {
            Interlocked.Increment(ref _tries);
            using var request = Request(key, picture);
            try
            {
                using var answer = await topology.Clients[router % topology.Clients.Count].SendAsync(request, Token);
                if (answer.IsSuccessStatusCode)
                {
                    return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["job_id"]!;
                }

                Assert.True(
                    answer.StatusCode == HttpStatusCode.ServiceUnavailable && answer.Headers.RetryAfter is not null,
                    $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Token)}");
            }
            catch (HttpRequestException)
            {
                // It is not there, or closed the connection; with the same key the other one does nothing twice.
                await Task.Delay(Pause, Token);
            }
        }
    }

    private static HttpRequestMessage Request(string key, byte[]? picture)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(picture is null ? "queue" : "protect", UriKind.Relative))
        {
            Content = picture is null
                ? new StringContent("""{"type":"sleep","data":{"ms":50}}""", null, "application/json")
                : HostCalls.Form(picture, "a.png"),
        };
        request.Headers.Add("Idempotency-Key", key);
        return request;
    }

    private async Task ReportAsync(TimeSpan replaced)
    {
        var ordered = _milliseconds.Order().ToList();
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"| every service replaced, one by one | {_jobs.Count} | {_tries - _jobs.Count} | {ordered[ordered.Count / 2]:0} | "
                + $"{ordered[ordered.Count * 99 / 100]:0} | {ordered[^1]:0} | {replaced.TotalSeconds:0} |");
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (Environment.GetEnvironmentVariable("ARTORIZER_FAULT_REPORT") is { Length: > 0 } file)
        {
            await File.AppendAllTextAsync(file, line + "\n", Token);
        }
    }
}
