using Artorizer.Contracts.Api;
using Artorizer.Contracts.Rpc;
using Artorizer.Contracts.ProtectionRpc;
using Grpc.Core;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Artorizer.Router.Grpc;

/// <summary>
/// The service <c>artorizer.v1.Protection</c>, bound as generated code binds it, but with views of the API for answers, and without
/// <see cref="SubmitJobBase"/>.
/// </summary>
[BindServiceMethod(typeof(ProtectionBase), nameof(Bind))]
internal abstract class ProtectionBase
{
    /// <summary>Found by the reflection service, by this name.</summary>
    public static ServiceDescriptor Descriptor => Protection.Descriptor;

    /// <summary>Binds the calls as generated code would, but to views in place of generated answers.</summary>
    /// <param name="binder">Takes the calls.</param>
    /// <param name="service"><see langword="null"/> where the server makes a service for each call.</param>
    public static void Bind(ServiceBinderBase binder, ProtectionBase? service)
    {
        binder = new CheckedBinder(binder);
        binder.AddMethod(
            ProtectionMethods.Protect, service is null ? null : new ClientStreamingServerMethod<ProtectChunk, SubmittedView>(service.Protect));
        binder.AddMethod(
            ProtectionMethods.WatchJob, service is null ? null : new ServerStreamingServerMethod<WatchJobRequest, JobEventView>(service.WatchJob));
        binder.AddMethod(ProtectionMethods.GetJob, service is null ? null : new UnaryServerMethod<JobRequest, JobView>(service.GetJob));
        binder.AddMethod(ProtectionMethods.ListJobs, service is null ? null : new UnaryServerMethod<ListJobsRequest, JobListView>(service.ListJobs));
        binder.AddMethod(ProtectionMethods.GetResult, service is null ? null : new UnaryServerMethod<JobRequest, JobResultView>(service.GetResult));
        binder.AddMethod(
            ProtectionMethods.Download, service is null ? null : new ServerStreamingServerMethod<DownloadRequest, DownloadChunk>(service.Download));
    }

    public abstract Task<SubmittedView> Protect(IAsyncStreamReader<ProtectChunk> requestStream, ServerCallContext context);

    public abstract Task WatchJob(WatchJobRequest request, IServerStreamWriter<JobEventView> responseStream, ServerCallContext context);

    public abstract Task<JobView> GetJob(JobRequest request, ServerCallContext context);

    public abstract Task<JobListView> ListJobs(ListJobsRequest request, ServerCallContext context);

    public abstract Task<JobResultView> GetResult(JobRequest request, ServerCallContext context);

    public abstract Task Download(DownloadRequest request, IServerStreamWriter<DownloadChunk> responseStream, ServerCallContext context);
}
