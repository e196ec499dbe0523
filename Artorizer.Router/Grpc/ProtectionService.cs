using System.Globalization;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.ProtectionRpc;
using Artorizer.Jobs;
using Artorizer.Jobs.Events;
using Artorizer.Jobs.Objects;
using Artorizer.Router.Errors;
using Artorizer.Router.Jobs;
using Artorizer.Router.Limits;
using Artorizer.Router.Protect;
using Google.Protobuf;
using Grpc.Core;
using Job = Artorizer.Contracts.Jobs.Job;

namespace Artorizer.Router.Grpc;

/// <summary>Images over gRPC, package <c>artorizer.v1</c>: the same submissions, jobs and events as over HTTP.</summary>
internal sealed class ProtectionService(
    GrpcImages images, JobResults results, IJobStore jobs, IJobEvents events, IObjectStore objects, IHostApplicationLifetime lifetime)
    : ProtectionBase
{
    private const int ChunkSize = 64 * 1024;

    public override async Task<SubmittedView> Protect(IAsyncStreamReader<ProtectChunk> requestStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken) || requestStream.Current.ChunkCase != ProtectChunk.ChunkOneofCase.Metadata)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "The first message must carry the metadata."));
        }

        var metadata = requestStream.Current.Metadata;
        if (metadata.HasImageData)
        {
            throw ApiException.BadField(ProtectFieldNames.Image, "send the image in the messages that follow the metadata");
        }

        await using var content = new ChunkStream<ProtectChunk>(requestStream, Bytes);
        return await images.SubmitAsync(metadata, content, context);
    }

    public override async Task WatchJob(WatchJobRequest request, IServerStreamWriter<JobEventView> responseStream, ServerCallContext context)
    {
        var job = await FindAsync(request.JobId, context);
        await context.WriteResponseHeadersAsync([]);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await foreach (var jobEvent in JobEventFeed.ReadAsync(job, request.AfterSequence, jobs, events, stop.Token))
            {
                // HTTP/2 has keep-alive pings of its own; the feed's pauses need no message.
                if (jobEvent is not null)
                {
                    var view = JobEventView.Of(jobEvent);
                    await TimedWrites.WriteAsync(context.GetHttpContext(), token => responseStream.WriteAsync(view, token), stop.Token);
                }
            }
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw StreamEnds.Stopping();
        }
    }

    public override async Task<JobView> GetJob(JobRequest request, ServerCallContext context) => JobViews.Of(await FindAsync(request.JobId, context));

    public override async Task<JobListView> ListJobs(ListJobsRequest request, ServerCallContext context)
    {
        var query = JobEndpoints.Query(
            context.GetHttpContext(),
            request.HasStatus ? request.Status : null,
            request.HasType ? request.Type : null,
            request.HasLimit ? request.Limit.ToString(CultureInfo.InvariantCulture) : null,
            request.HasCursor ? request.Cursor : null);
        return await JobEndpoints.PageAsync(query, jobs, context.CancellationToken);
    }

    public override async Task<JobResultView> GetResult(JobRequest request, ServerCallContext context)
    {
        var job = await FindAsync(request.JobId, context);
        JobEndpoints.RequireFinished(job);
        return await results.ReadAsync(job, context.CancellationToken);
    }

    public override async Task Download(DownloadRequest request, IServerStreamWriter<DownloadChunk> responseStream, ServerCallContext context)
    {
        var download = JobDownload.Of(await FindAsync(request.JobId, context), request.Variant);
        var info = await objects.StatAsync(download.Key, context.CancellationToken) ?? throw ApiException.JobNotFound();
        if (request.Offset < 0 || request.Offset > info.Length)
        {
            throw new RpcException(new Status(StatusCode.OutOfRange, $"The file has {info.Length} bytes."));
        }

        await responseStream.WriteAsync(
            new DownloadChunk
            {
                ContentType = download.ContentType,
                FileName = download.FileName,
                TotalLength = info.Length,
                Sha256 = download.Sha256 ?? "",
            },
            context.CancellationToken);
        await using var content = await objects.OpenAsync(download.Key, request.Offset, null, context.CancellationToken)
            ?? throw ApiException.JobNotFound();
        var buffer = new byte[ChunkSize];
        int read;
        while ((read = await content.Stream.ReadAsync(buffer, context.CancellationToken)) > 0)
        {
            // Serialised before WriteAsync returns, so the buffer can be used again.
            var chunk = new DownloadChunk { Data = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, read)) };
            await TimedWrites.WriteAsync(context.GetHttpContext(), token => responseStream.WriteAsync(chunk, token), context.CancellationToken);
        }
    }

    private static ReadOnlyMemory<byte> Bytes(ProtectChunk chunk) => chunk.ChunkCase == ProtectChunk.ChunkOneofCase.Data
        ? chunk.Data.Memory
        : throw new RpcException(new Status(StatusCode.InvalidArgument, "Only the first message carries metadata."));

    private Task<Job> FindAsync(string jobId, ServerCallContext context) =>
        JobEndpoints.FindAsync(context.GetHttpContext(), jobs, jobId);
}
