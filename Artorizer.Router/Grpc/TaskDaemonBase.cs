using Artorizer.Contracts.Api;
using Artorizer.Contracts.Rpc;
using Artorizer.Contracts.TaskRpc;
using Grpc.Core;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;
using TaskRequest = Artorizer.Contracts.TaskRpc.TaskRequest;

namespace Artorizer.Router.Grpc;

/// <summary>The service <c>taskdaemon.TaskDaemon</c>, bound as generated code binds it, but with views of the API for answers.</summary>
[BindServiceMethod(typeof(TaskDaemonBase), nameof(Bind))]
internal abstract class TaskDaemonBase
{
    /// <summary>Found by the reflection service, by this name.</summary>
    public static ServiceDescriptor Descriptor => TaskDaemon.Descriptor;

    /// <summary>Binds the calls as generated code would, but to views in place of generated answers.</summary>
    /// <param name="binder">Takes the calls.</param>
    /// <param name="service"><see langword="null"/> where the server makes a service for each call.</param>
    public static void Bind(ServiceBinderBase binder, TaskDaemonBase? service)
    {
        binder = new CheckedBinder(binder);
        binder.AddMethod(
            TaskDaemonMethods.QueueTask, service is null ? null : new UnaryServerMethod<TaskRequest, TaskSubmittedView>(service.QueueTask));
        binder.AddMethod(TaskDaemonMethods.GetTask, service is null ? null : new UnaryServerMethod<TaskIdRequest, TaskView>(service.GetTask));
        binder.AddMethod(TaskDaemonMethods.GetHealth, service is null ? null : new UnaryServerMethod<Empty, HealthView>(service.GetHealth));
        binder.AddMethod(TaskDaemonMethods.GetMetrics, service is null ? null : new UnaryServerMethod<Empty, TaskMetricsView>(service.GetMetrics));
        binder.AddMethod(TaskDaemonMethods.ListTasks, service is null ? null : new UnaryServerMethod<ListRequest, TaskView[]>(service.ListTasks));
        binder.AddMethod(
            TaskDaemonMethods.DeleteTask, service is null ? null : new UnaryServerMethod<TaskIdRequest, ActionResponse>(service.DeleteTask));
        binder.AddMethod(
            TaskDaemonMethods.RedriveTask, service is null ? null : new UnaryServerMethod<TaskIdRequest, ActionResponse>(service.RedriveTask));
        binder.AddMethod(
            TaskDaemonMethods.StreamTasks, service is null ? null : new ServerStreamingServerMethod<StreamRequest, TaskView>(service.StreamTasks));
    }

    public abstract Task<TaskSubmittedView> QueueTask(TaskRequest request, ServerCallContext context);

    public abstract Task<TaskView> GetTask(TaskIdRequest request, ServerCallContext context);

    public abstract Task<HealthView> GetHealth(Empty request, ServerCallContext context);

    public abstract Task<TaskMetricsView> GetMetrics(Empty request, ServerCallContext context);

    public abstract Task<TaskView[]> ListTasks(ListRequest request, ServerCallContext context);

    public abstract Task<ActionResponse> DeleteTask(TaskIdRequest request, ServerCallContext context);

    public abstract Task<ActionResponse> RedriveTask(TaskIdRequest request, ServerCallContext context);

    public abstract Task StreamTasks(StreamRequest request, IServerStreamWriter<TaskView> responseStream, ServerCallContext context);
}
