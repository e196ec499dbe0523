using Artorizer.Contracts.Api;
using Artorizer.Contracts.TaskRpc;
using Google.Protobuf;
using Grpc.Core;
using TaskRequest = Artorizer.Contracts.TaskRpc.TaskRequest;

namespace Artorizer.Contracts.Rpc;

/// <summary>The calls of <c>taskdaemon.TaskDaemon</c>, for server and client: generated messages in, views of the API out.</summary>
public static class TaskDaemonMethods
{
    private const string Service = "taskdaemon.TaskDaemon";

    /// <summary>Queues a task.</summary>
    public static Method<TaskRequest, TaskSubmittedView> QueueTask { get; } = View<TaskRequest, TaskSubmittedView>(nameof(QueueTask));

    /// <summary>One task; NOT_FOUND for an unknown one.</summary>
    public static Method<TaskIdRequest, TaskView> GetTask { get; } = View<TaskIdRequest, TaskView>(nameof(GetTask));

    /// <summary>Whether the system works, and how much waits.</summary>
    public static Method<Empty, HealthView> GetHealth { get; } = View<Empty, HealthView>(nameof(GetHealth));

    /// <summary>Counts of tasks.</summary>
    public static Method<Empty, TaskMetricsView> GetMetrics { get; } = View<Empty, TaskMetricsView>(nameof(GetMetrics));

    /// <summary>The newest tasks.</summary>
    public static Method<ListRequest, TaskView[]> ListTasks { get; } = View<ListRequest, TaskView[]>(nameof(ListTasks));

    /// <summary>Deletes a task; an unknown one is no error.</summary>
    public static Method<TaskIdRequest, ActionResponse> DeleteTask { get; } = Action(nameof(DeleteTask));

    /// <summary>Starts a failed task anew; an unknown one is no error.</summary>
    public static Method<TaskIdRequest, ActionResponse> RedriveTask { get; } = Action(nameof(RedriveTask));

    /// <summary>Every change of the tasks asked for.</summary>
    public static Method<StreamRequest, TaskView> StreamTasks { get; } =
        View<StreamRequest, TaskView>(nameof(StreamTasks), MethodType.ServerStreaming);

    private static Method<TRequest, TView> View<TRequest, TView>(string name, MethodType type = MethodType.Unary)
        where TRequest : class, IMessage<TRequest>, new()
        where TView : class => new(type, Service, name, RpcMarshallers.Message<TRequest>(), RpcMarshallers.View<TView>());

    private static Method<TaskIdRequest, ActionResponse> Action(string name) =>
        new(MethodType.Unary, Service, name, RpcMarshallers.Message<TaskIdRequest>(), RpcMarshallers.Message<ActionResponse>());
}
