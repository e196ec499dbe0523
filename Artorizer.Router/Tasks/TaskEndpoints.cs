using System.Globalization;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Queue;
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
    private const string ProblemJson = "application/problem+json";

    public static void MapTasks(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/queue", QueueAsync)
            .RequireAcceptable()
            .WithTags("Tasks")
            .WithSummary("Queue a task for a registered handler")
            .WithDescription("The header `Idempotency-Key` makes a repeated request safe: it is answered with the task that the first one made.")
            // The last one keeps routing from answering 415 by itself: every wire protocol is read, and the answer lists them.
            .Accepts<TaskRequest>("application/json", "*/*")
            .Produces<TaskSubmittedView>().Produces<ProblemView>(400, ProblemJson).Produces<ProblemView>(503, ProblemJson);
        var api = routes.MapGroup("/api").RequireAcceptable().WithTags("Tasks");
        api.MapGet("/tasks", ListAsync)
            .WithSummary("List your tasks, newest first")
            .WithDescription("""
                At most `limit` of them, and so many that their data and results are 8 MiB, or one. Where there are more, the header `Link`
                leads to them (`rel="next"`, RFC 8288): with `before`, only tasks with lower numbers are listed.
                """)
            .Produces<TaskView[]>();
        // Not in the group: it answers events in whichever format a caller asks for.
        routes.MapGet("/api/tasks/stream", TaskEventStream.WriteAsync)
            .CountStreams()
            .WithTags("Tasks")
            .WithSummary("Every change of your tasks as server-sent events")
            .WithDescription("""
                Each event `task` carries the task as GET /api/tasks/{id} shows it. `task_ids` and `task_types`, which may be repeated, choose tasks;
                `include_existing=true` gives the present state of each first, and so does `Last-Event-ID`, which is sent after a break.
                """)
            .Produces<TaskView>(200, "text/event-stream").Produces<ProblemView>(400, ProblemJson);
        api.MapGet("/tasks/{id}", GetAsync).WithSummary("A task").Produces<TaskView>().Produces<ProblemView>(404, ProblemJson);
        api.MapDelete("/tasks/{id}", DeleteAsync).WithSummary("Delete a task").Produces<MessageView>().Produces<ProblemView>(404, ProblemJson);
        api.MapPost("/tasks/{id}/redrive", RedriveAsync)
            .WithSummary("Start a failed task anew").Produces<MessageView>().Produces<ProblemView>(404, ProblemJson);
        api.MapGet("/metrics", MetricsAsync)
            .WithSummary("Counts of tasks, of all owners together")
            .WithDescription("How busy the whole service is: numbers alone, the same for everybody who may ask. Counts of your own tasks are in their list.")
            .Produces<TaskMetricsView>();
    }

    private static async Task<IResult> QueueAsync(HttpContext http, TaskSubmission submission, IOptionsMonitor<RouterLimits> limits)
    {
        var request = await Wire.ReadAsync<TaskRequest>(http, limits.CurrentValue.MaxMessageBytes);
        var job = await submission.SubmitAsync(http.Owner(), request, IdempotencyKeys.Of(http), http.RequestAborted);
        return Wire.Ok(new TaskSubmittedView(job.TaskId, job.Id));
    }

    private static async Task<IResult> ListAsync(HttpContext http, IJobStore jobs, string? limit, string? before)
    {
        var query = new JobQuery
        {
            Owner = http.Owner(),
            Limit = JobEndpoints.ParseInteger("limit", limit, 1, 1000) ?? 20,
            Cursor = JobEndpoints.ParseInteger("before", before, 0, int.MaxValue),
        };
        var page = await jobs.ListAsync(query, http.RequestAborted);
        if (page.NextCursor is { } next)
        {
            http.Response.Headers.Link = string.Create(CultureInfo.InvariantCulture, $"</api/tasks?limit={query.Limit}&before={next}>; rel=\"next\"");
        }

        return Wire.Ok(page.Jobs.Select(TaskView.Of).ToArray());
    }

    private static async Task<IResult> GetAsync(HttpContext http, IJobStore jobs, string id) =>
        Wire.Ok(TaskView.Of(await FindAsync(http, jobs, id) ?? throw NotFound("Task not found")));

    private static async Task<IResult> DeleteAsync(HttpContext http, IJobStore jobs, JobRemoval removal, string id)
    {
        var job = await FindAsync(http, jobs, id) ?? throw NotFound("Task not found");
        await removal.RemoveAsync(job);
        return Wire.Ok(new MessageView("Task deleted"));
    }

    private static async Task<IResult> RedriveAsync(HttpContext http, IJobStore jobs, JobSubmitter submitter, string id)
    {
        const string NotFailed = "Task not found or not failed";
        var job = await FindAsync(http, jobs, id) ?? throw NotFound(NotFailed);
        _ = await submitter.RedriveAsync(job, CancellationToken.None) ?? throw NotFound(NotFailed);
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
