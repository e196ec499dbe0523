using System.Diagnostics;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Events;
using Artorizer.Infrastructure.Jobs;
using Artorizer.Infrastructure.Objects;
using Artorizer.Infrastructure.Queue;
using Artorizer.Router.Errors;
using Artorizer.Router.Jobs;
using Artorizer.Router.Limits;
using Artorizer.Router.Negotiation;
using Artorizer.Router.Security;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Tasks;

/// <summary>The task API of the older daemon: <c>/queue</c> and <c>/api</c>.</summary>
internal static class TaskEndpoints
{
    private const int MaxTypeLength = 100;
    private const long MaxDelayMs = 30L * 24 * 60 * 60 * 1000;
    private const string ProblemJson = "application/problem+json";

    public static void MapTasks(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/queue", QueueAsync)
            .RequireAcceptable()
            .WithTags("Tasks")
            .WithSummary("Queue a task for a registered handler")
            .Accepts<TaskRequest>("application/json")
            .Produces<TaskSubmittedView>().Produces<ProblemView>(400, ProblemJson).Produces<ProblemView>(503, ProblemJson);
        var api = routes.MapGroup("/api").RequireAcceptable().WithTags("Tasks");
        api.MapGet("/tasks", ListAsync).WithSummary("List your tasks, newest first").Produces<TaskView[]>();
        api.MapGet("/tasks/{id}", GetAsync).WithSummary("A task").Produces<TaskView>().Produces<ProblemView>(404, ProblemJson);
        api.MapDelete("/tasks/{id}", DeleteAsync).WithSummary("Delete a task").Produces<MessageView>().Produces<ProblemView>(404, ProblemJson);
        api.MapPost("/tasks/{id}/redrive", RedriveAsync)
            .WithSummary("Start a failed task anew").Produces<MessageView>().Produces<ProblemView>(404, ProblemJson);
        api.MapGet("/metrics", MetricsAsync).WithSummary("Counts of tasks").Produces<TaskMetricsView>();
    }

    private static async Task<IResult> QueueAsync(
        HttpContext http, BacklogGate gate, JobSubmitter submitter, IOptionsMonitor<RouterLimits> limits, RouterMetrics metrics, TimeProvider time)
    {
        await gate.EnterAsync(http.RequestAborted);
        var request = await Wire.ReadAsync<TaskRequest>(http, limits.CurrentValue.MaxMessageBytes);
        Validate(request);
        var job = new Job
        {
            Id = Guid.CreateVersion7().ToString(),
            Type = request.Type!,
            Owner = http.Owner(),
            Priority = request.Priority ?? 5,
            Data = request.Data ?? Payload.Null,
            SubmittedAt = time.GetUtcNow(),
            TraceParent = Activity.Current?.Id,
        };
        var created = await submitter.SubmitAsync(job, TimeSpan.FromMilliseconds(request.DelayMs ?? 0), CancellationToken.None);
        metrics.Submitted("task", JobVia.Queue, created.Outcome);
        return Wire.Ok(new TaskSubmittedView(created.Job.TaskId, created.Job.Id));
    }

    private static void Validate(TaskRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.Type))
        {
            throw new ApiException(400, "Missing task type") { Field = "type" };
        }

        if (request.Type.Length > MaxTypeLength || request.Type.Any(char.IsControl))
        {
            throw ApiException.BadField("type", $"must have at most {MaxTypeLength} characters");
        }

        if (request.Type == ProtectionTask.TypeName || TaskTypes.IsInternal(request.Type))
        {
            throw ApiException.BadField("type", request.Type == ProtectionTask.TypeName ? "send images to POST /protect" : "not open to callers");
        }

        if (request.Priority is < 0 or > 9)
        {
            throw ApiException.BadField("priority", "must be a whole number from 0 to 9");
        }

        if (request.DelayMs is < 0 or > MaxDelayMs)
        {
            throw ApiException.BadField("delay_ms", $"must be a whole number from 0 to {MaxDelayMs}");
        }
    }

    private static async Task<IResult> ListAsync(HttpContext http, IJobStore jobs, string? limit)
    {
        var query = new JobQuery { Owner = http.Owner(), Limit = JobEndpoints.ParseInteger("limit", limit, 1, 1000) ?? 20 };
        var page = await jobs.ListAsync(query, http.RequestAborted);
        return Wire.Ok(page.Jobs.Select(TaskView.Of).ToArray());
    }

    private static async Task<IResult> GetAsync(HttpContext http, IJobStore jobs, string id) =>
        Wire.Ok(TaskView.Of(await FindAsync(http, jobs, id) ?? throw NotFound("Task not found")));

    private static async Task<IResult> DeleteAsync(
        HttpContext http, IJobStore jobs, IJobEvents events, IObjectStore objects, TimeProvider time, string id)
    {
        var job = await FindAsync(http, jobs, id) ?? throw NotFound("Task not found");
        await JobRemoval.RemoveAsync(job, jobs, events, objects, time);
        return Wire.Ok(new MessageView("Task deleted"));
    }

    private static async Task<IResult> RedriveAsync(HttpContext http, IJobStore jobs, JobSubmitter submitter, TimeProvider time, string id)
    {
        const string NotFailed = "Task not found or not failed";
        var job = await FindAsync(http, jobs, id) ?? throw NotFound(NotFailed);
        _ = await submitter.RedriveAsync(job, time.GetUtcNow(), CancellationToken.None) ?? throw NotFound(NotFailed);
        return Wire.Ok(new MessageView("Task redriven"));
    }

    private static async Task<IResult> MetricsAsync(HttpContext http, IJobStore jobs, IJobQueue queue, RouterMetrics metrics)
    {
        var counts = await jobs.CountAsync(http.RequestAborted);
        var depth = await queue.GetDepthAsync(http.RequestAborted);
        return Wire.Ok(new TaskMetricsView(metrics.TotalReceived, counts.Completed, counts.Failed, depth.Backlog, true));
    }

    private static async Task<Job?> FindAsync(HttpContext http, IJobStore jobs, string id)
    {
        var job = int.TryParse(id, out var taskId) ? await jobs.GetByTaskIdAsync(taskId, http.RequestAborted) : null;
        return job?.Owner == http.Owner() ? job : null;
    }

    private static ApiException NotFound(string detail) => new(StatusCodes.Status404NotFound, detail);
}
