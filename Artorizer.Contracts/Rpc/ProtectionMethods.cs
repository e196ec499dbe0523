using Artorizer.Contracts.Api;
using Artorizer.Contracts.ProtectionRpc;
using Google.Protobuf;
using Grpc.Core;

namespace Artorizer.Contracts.Rpc;

/// <summary>The calls of <c>artorizer.v1.Protection</c>, for server and client: generated messages in, views of the API out.</summary>
public static class ProtectionMethods
{
    private const string Service = "artorizer.v1.Protection";

    /// <summary>Submits an image as a stream, the metadata first.</summary>
    public static Method<ProtectChunk, SubmittedView> Protect { get; } =
        View<ProtectChunk, SubmittedView>(nameof(Protect), MethodType.ClientStreaming);

    /// <summary>Submits an image in one message.</summary>
    public static Method<ProtectRequest, SubmittedView> SubmitJob { get; } = View<ProtectRequest, SubmittedView>(nameof(SubmitJob));

    /// <summary>Events of a job until it is finished.</summary>
    public static Method<WatchJobRequest, JobEventView> WatchJob { get; } =
        View<WatchJobRequest, JobEventView>(nameof(WatchJob), MethodType.ServerStreaming);

    /// <summary>One job.</summary>
    public static Method<JobRequest, JobView> GetJob { get; } = View<JobRequest, JobView>(nameof(GetJob));

    /// <summary>A page of jobs, newest first.</summary>
    public static Method<ListJobsRequest, JobListView> ListJobs { get; } = View<ListJobsRequest, JobListView>(nameof(ListJobs));

    /// <summary>The result of a finished job.</summary>
    public static Method<JobRequest, JobResultView> GetResult { get; } = View<JobRequest, JobResultView>(nameof(GetResult));

    /// <summary>A file of a job; the first message tells what it is.</summary>
    public static Method<DownloadRequest, DownloadChunk> Download { get; } = new(
        MethodType.ServerStreaming, Service, nameof(Download), RpcMarshallers.Message<DownloadRequest>(), RpcMarshallers.Message<DownloadChunk>());

    private static Method<TRequest, TView> View<TRequest, TView>(string name, MethodType type = MethodType.Unary)
        where TRequest : class, IMessage<TRequest>, new()
        where TView : class => new(type, Service, name, RpcMarshallers.Message<TRequest>(), RpcMarshallers.View<TView>());
}
