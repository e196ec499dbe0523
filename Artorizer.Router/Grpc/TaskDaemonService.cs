using System.Globalization;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.TaskRpc;
using Artorizer.Contracts.Wire;
using Artorizer.Jobs;
using Artorizer.Jobs.Queue;
using Artorizer.Router.Jobs;
using Artorizer.Router.Limits;
using Artorizer.Router.Negotiation;
using Artorizer.Router.Security;
using Artorizer.Router.Tasks;
using Grpc.Core;
using TaskRequest = Artorizer.Contracts.TaskRpc.TaskRequest;

namespace Artorizer.Router.Grpc;

/// <summary>The task API over gRPC, package <c>taskdaemon</c>; clients of the older schema keep working.</summary>
internal sealed class TaskDaemonService(
    TaskSubmission submission, IJobStore jobs, IJobQueue queue, JobRemoval removal,
    JobSubmitter submitter, TaskStream stream, RouterMetrics metrics, IHostApplicationLifetime lifetime, TimeProvider time)
    : TaskDaemonBase
{
    private const string FormatHeader = "task-data-format";
    private const int DefaultLimit = 20;
    private const int MaxLimit = 1000;

    // Most clients take messages of up to 4 MiB.
    private const long MaxListBytes = 3 << 20;

    public override async Task<TaskSubmittedView> QueueTask(TaskRequest request, ServerCallContext context)
    {
        var task = new Contracts.Api.TaskRequest
        {
            Type = request.TaskType,
            Data = Data(request, context.RequestHeaders),
            Priority = request.HasPriority ? request.Priority : null,
            DelayMs = request.HasDelayMs ? request.DelayMs : null,
        };
        var job = await submission.SubmitAsync(Owner(context), task, IdempotencyKeys.Of(context.GetHttpContext()), context.CancellationToken);
        return new TaskSubmittedView(job.TaskId, job.Id);
    }

    public override async Task<TaskView> GetTask(TaskIdRequest request, ServerCallContext context) =>
        TaskView.Of(await FindAsync(request.TaskId, context) ?? throw new RpcException(new Status(StatusCode.NotFound, "Task not found")));

    public override async Task<HealthView> GetHealth(Empty request, ServerCallContext context)
    {
        var depth = await queue.GetDepthAsync(context.CancellationToken);
        return new HealthView
        {
            Status = "healthy",
            QueueSize = depth.Backlog,
            Timestamp = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
            Workers = (int)depth.Consumers,
        };
    }

    public override async Task<TaskMetricsView> GetMetrics(Empty request, ServerCallContext context)
    {
        var counts = await jobs.CountAsync(context.CancellationToken);
        var depth = await queue.GetDepthAsync(context.CancellationToken);
        return new TaskMetricsView(metrics.TotalReceived, counts.Completed, counts.Failed, depth.Backlog, DaemonHealthy: true);
    }

    public override async Task<TaskView[]> ListTasks(ListRequest request, ServerCallContext context)
    {
        var query = new JobQuery
        {
            Owner = Owner(context),
            Limit = request.Limit <= 0 ? DefaultLimit : Math.Min(request.Limit, MaxLimit),
            MaxBytes = MaxListBytes,
            Cursor = request.HasBefore ? request.Before : null,
        };
        var page = await jobs.ListAsync(query, context.CancellationToken);
        return [.. page.Jobs.Select(TaskView.Of)];
    }

    public override async Task<ActionResponse> DeleteTask(TaskIdRequest request, ServerCallContext context)
    {
        if (await FindAsync(request.TaskId, context) is not { } job)
        {
            return new ActionResponse { Message = "Task not found" };
        }

        await removal.RemoveAsync(job);
        return new ActionResponse { Success = true, Message = "Task deleted" };
    }

    public override async Task<ActionResponse> RedriveTask(TaskIdRequest request, ServerCallContext context)
    {
        var job = await FindAsync(request.TaskId, context);
        var redriven = job is null ? null : await submitter.RedriveAsync(job, CancellationToken.None);
        return redriven is null
            ? new ActionResponse { Message = "Task not found or not failed" }
            : new ActionResponse { Success = true, Message = "Task redriven" };
    }

    public override async Task StreamTasks(StreamRequest request, IServerStreamWriter<TaskView> responseStream, ServerCallContext context)
    {
        var owner = Owner(context);
        var types = request.TaskTypes.ToHashSet(StringComparer.Ordinal);
        var wanted = new TaskStreamFilter(owner, request.TaskIds.ToHashSet(), types, request.IncludeExisting);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            // Headers are sent before the first change, so that a caller can wait for the stream to be open.
            await foreach (var job in stream.ReadAsync(wanted, () => context.WriteResponseHeadersAsync([]), stop.Token))
            {
                // HTTP/2 has keep-alive pings of its own; the stream's pauses need no message.
                if (job is not null)
                {
                    await TimedWrites.WriteAsync(context.GetHttpContext(), token => responseStream.WriteAsync(TaskView.Of(job), token), stop.Token);
                }
            }
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw StreamEnds.Stopping();
        }
    }

    private async Task<Job?> FindAsync(int taskId, ServerCallContext context)
    {
        var job = await jobs.GetByTaskIdAsync(taskId, context.CancellationToken);
        return job?.Owner == Owner(context) ? job : null;
    }

    private static Payload? Data(TaskRequest request, Metadata headers)
    {
        var named = headers.GetValue(FormatHeader);
        var format = named switch
        {
            null => (int)request.TaskDataFormat,
            "json" => (int)PayloadFormat.Json,
            "msgpack" => (int)PayloadFormat.Msgpack,
            "binary" => (int)PayloadFormat.Binary,
            _ => throw new RpcException(new Status(StatusCode.InvalidArgument, $"{FormatHeader} must be json, msgpack or binary.")),
        };
        return PayloadFormats.Read(request.TaskData.Memory, format);
    }

    private static string Owner(ServerCallContext context) => context.GetHttpContext().Owner();
}
