using System.Text.Encodings.Web;
using System.Text.Json;
using Artorizer.Client;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.IntegrationTests.Api;

namespace Artorizer.IntegrationTests.Client;

/// <summary>Tasks by each transport.</summary>
[Trait("Topology", "any")]
public sealed class ClientTaskTests(ApiFixture api) : ClientTest(api)
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_task_is_queued_done_listed_and_deleted(string protocol)
    {
        using var client = Connect(protocol);

        var submitted = await client.QueueAsync(
            "echo", new { Name = "Zoë", Count = 3, Deep = new { List = new[] { 1, 2 } } }, cancellationToken: Token);
        await client.WaitForJobAsync(submitted.JobId, Token);
        var task = await client.GetTaskAsync(submitted.TaskId, Token);

        Assert.Equal(("echo", "completed"), (task.TaskType, task.Status));
        Assert.Equal(1, task.Attempts);
        Assert.NotNull(task.CompletedAt);
        Assert.Equal("""{"name":"Zoë","count":3,"deep":{"list":[1,2]}}""", Plain(task.TaskData!));
        Assert.Equal(Plain(task.TaskData!), Plain(task.Result!));
        Assert.Contains(await client.ListTasksAsync(1000, Token), t => t.Id == submitted.TaskId);

        await client.DeleteTaskAsync(submitted.TaskId, Token);
        Assert.Equal(404, (await RefusedAsync(() => client.GetTaskAsync(submitted.TaskId, Token))).Status);
        Assert.Equal(404, (await RefusedAsync(() => client.DeleteTaskAsync(submitted.TaskId, Token))).Status);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Falsy_values_stay_what_they_are(string protocol)
    {
        using var client = Connect(protocol);
        foreach (var json in new[] { "0", "\"\"", "[]", "false", "{}" })
        {
            var submitted = await client.QueueAsync("echo", Payload.FromJson(json), cancellationToken: Token);
            await client.WaitForJobAsync(submitted.JobId, Token);
            var task = await client.GetTaskAsync(submitted.TaskId, Token);
            Assert.Equal((json, json), (Plain(task.TaskData!), Plain(task.Result!)));
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Bytes_go_through_untouched(string protocol)
    {
        using var client = Connect(protocol);
        byte[] bytes = [0, 255, 1, 254, (byte)'"', 128];

        var submitted = await client.QueueAsync("echo", bytes, cancellationToken: Token);
        await client.WaitForJobAsync(submitted.JobId, Token);
        var task = await client.GetTaskAsync(submitted.TaskId, Token);

        // ReadAs gives the bytes either way; only JSON had to write them as text.
        Assert.Equal(bytes, task.TaskData!.ReadAs<byte[]>());
        Assert.Equal(protocol == "json", task.TaskData!.Format == Payload.Json);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_failed_task_tells_why_and_can_be_started_anew(string protocol)
    {
        using var client = Connect(protocol);

        var submitted = await client.QueueAsync("no_such_handler", 1, cancellationToken: Token);
        var job = await client.WaitForJobAsync(submitted.JobId, Token);
        var task = await client.GetTaskAsync(submitted.TaskId, Token);
        Assert.Equal((JobStatus.Failed, JobErrorCodes.UnknownTaskType), (job.Status, job.Error!.Code));
        Assert.Equal("failed", task.Status);
        Assert.Contains("no_such_handler", task.LastError, StringComparison.Ordinal);

        await client.RedriveTaskAsync(submitted.TaskId, Token);
        Assert.Equal(JobStatus.Failed, (await client.WaitForJobAsync(submitted.JobId, Token)).Status);

        var done = await client.QueueAsync("echo", 1, cancellationToken: Token);
        await client.WaitForJobAsync(done.JobId, Token);
        Assert.Equal(404, (await RefusedAsync(() => client.RedriveTaskAsync(done.TaskId, Token))).Status);
        Assert.Equal(409, (await RefusedAsync(() => client.RedriveJobAsync(done.JobId, Token))).Status);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Priority_and_delay_travel_and_bad_ones_are_refused(string protocol)
    {
        using var client = Connect(protocol);

        var submitted = await client.QueueAsync("echo", 1, new TaskOptions { Priority = 8, Delay = TimeSpan.FromHours(1) }, cancellationToken: Token);
        var job = await client.GetJobAsync(submitted.JobId, Token);
        Assert.Equal((8, JobStatus.Queued), (job.Priority, job.Status));
        await client.DeleteJobAsync(submitted.JobId, Token);

        var refused = await RefusedAsync(() => client.QueueAsync("echo", 1, new TaskOptions { Priority = 10 }, cancellationToken: Token));
        Assert.Equal((400, "priority"), (refused.Status, refused.Field));
        refused = await RefusedAsync(() => client.QueueAsync(new TaskRequest { Type = "" }, cancellationToken: Token));
        Assert.Equal((400, "Missing task type"), (refused.Status, refused.Detail));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_stream_of_tasks_tells_of_their_end(string protocol)
    {
        using var client = Connect(protocol);
        var type = $"stream_{protocol}".Replace('-', '_');
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var filter = new TaskFilter { TaskTypes = [type], IncludeExisting = true };
        await using var stream = client.StreamTasksAsync(filter, stop.Token).GetAsyncEnumerator(Token);

        var next = stream.MoveNextAsync();
        var submitted = await client.QueueAsync(type, 1, cancellationToken: Token);
        while (true)
        {
            Assert.True(await next);
            Assert.Equal((submitted.TaskId, type), (stream.Current.Id, stream.Current.TaskType));
            if (stream.Current.Status == "failed")
            {
                break;
            }

            next = stream.MoveNextAsync();
        }

        // Two changes in quick succession may both show the later state.
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await stream.MoveNextAsync())
            {
                Assert.Equal("failed", stream.Current.Status);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Metrics_count(string protocol)
    {
        using var client = Connect(protocol);
        var before = await client.GetMetricsAsync(Token);
        await client.WaitForJobAsync((await client.QueueAsync("echo", 1, cancellationToken: Token)).JobId, Token);
        var after = await client.GetMetricsAsync(Token);
        Assert.Equal((before.TasksReceived + 1, before.TasksProcessedSuccess + 1), (after.TasksReceived, after.TasksProcessedSuccess));
        Assert.True(after.DaemonHealthy);
    }

    private static string Plain(Payload payload) => JsonSerializer.Serialize(payload.ReadAs<JsonElement>(), Relaxed);
}
