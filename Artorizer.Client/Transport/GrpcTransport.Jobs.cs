using Artorizer.Contracts.Api;
using Artorizer.Contracts.ProtectionRpc;
using Artorizer.Contracts.Rpc;
using Google.Protobuf;
using Grpc.Core;

namespace Artorizer.Client.Transport;

internal sealed partial class GrpcTransport
{
    private const int ChunkSize = 64 * 1024;

    public async Task<SubmittedView> ProtectAsync(ImageUpload? image, Uri? url, ProtectionSettings settings, CancellationToken cancellationToken)
    {
        var metadata = ProtectionMessages.ToMessage(settings, url);
        var options = Options(_options.Timeouts.Upload, cancellationToken);
        options.Headers!.Add(IdempotencyKey, settings.IdempotencyKey!);
        if (image is null)
        {
            return await CallAsync(ProtectionMethods.SubmitJob, metadata, options).ConfigureAwait(false);
        }

        using var call = _calls.AsyncClientStreamingCall(ProtectionMethods.Protect, host: null, options);
        await using var content = image.Open();
        var open = await WriteAsync(call, new ProtectChunk { Metadata = metadata }).ConfigureAwait(false);
        var buffer = new byte[ChunkSize];
        int read;
        while (open && (read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            // Serialised before WriteAsync returns, so the buffer can be used again.
            var chunk = new ProtectChunk { Data = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, read)) };
            open = await WriteAsync(call, chunk).ConfigureAwait(false);
        }

        if (open)
        {
            await CompleteAsync(call).ConfigureAwait(false);
        }

        return await AwaitAsync(call.ResponseAsync, cancellationToken).ConfigureAwait(false);
    }

    public bool CanResumeUploads => false;

    public Task<SubmittedView> ContinueUploadAsync(ResumableUpload upload, ProtectionSettings settings, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<JobView> GetJobAsync(string id, CancellationToken cancellationToken) =>
        CallAsync(ProtectionMethods.GetJob, new JobRequest { JobId = id }, cancellationToken);

    public Task<JobListView> ListJobsAsync(JobFilter filter, string? cursor, CancellationToken cancellationToken)
    {
        var request = new ListJobsRequest { Limit = filter.PageSize };
        if (filter.Status is { } status)
        {
            request.Status = status.ToString().ToLowerInvariant();
        }

        if (filter.Type is { } type)
        {
            request.Type = type;
        }

        if (cursor is not null)
        {
            request.Cursor = cursor;
        }

        return CallAsync(ProtectionMethods.ListJobs, request, cancellationToken);
    }

    public Task<JobResultView> GetResultAsync(string id, CancellationToken cancellationToken) =>
        CallAsync(ProtectionMethods.GetResult, new JobRequest { JobId = id }, cancellationToken);

    public async Task DeleteJobAsync(string id, CancellationToken cancellationToken)
    {
        // Every job is a task too, and the task API deletes.
        var job = await GetJobAsync(id, cancellationToken).ConfigureAwait(false);
        await DeleteTaskAsync(job.TaskId, cancellationToken).ConfigureAwait(false);
    }

    public async Task RedriveJobAsync(string id, CancellationToken cancellationToken)
    {
        var job = await GetJobAsync(id, cancellationToken).ConfigureAwait(false);
        await ActAsync(TaskDaemonMethods.RedriveTask, job.TaskId, 409, cancellationToken).ConfigureAwait(false);
    }

    // A job without news is no lost connection: HTTP/2 pings tell the difference.
    public IAsyncEnumerable<JobEventView> WatchJobAsync(string id, long after, CancellationToken cancellationToken) => StreamAsync(
        ProtectionMethods.WatchJob, new WatchJobRequest { JobId = id, AfterSequence = after }, Timeout.InfiniteTimeSpan, cancellationToken);

    public async Task<DownloadInfo> DownloadAsync(string id, string variant, DownloadSink sink, CancellationToken cancellationToken)
    {
        var request = new DownloadRequest { JobId = id, Variant = variant, Offset = sink.Offset };
        DownloadInfo? info = null;
        var chunks = StreamAsync(ProtectionMethods.Download, request, _options.Timeouts.Idle, cancellationToken);
        await foreach (var chunk in chunks.ConfigureAwait(false))
        {
            info ??= new DownloadInfo(chunk.ContentType, chunk.FileName, chunk.TotalLength);
            if (!chunk.Data.IsEmpty)
            {
                await sink.WriteAsync(chunk.Data.Memory, cancellationToken).ConfigureAwait(false);
            }
        }

        return info is not null && info.Length == sink.Offset
            ? info
            : throw new ArtorizerException($"The connection to {_server} was lost: {sink.Offset} of {info?.Length ?? 0} bytes came.");
    }

    // A write fails when the server has ended the call; the response then says why.
    private static async Task<bool> WriteAsync(AsyncClientStreamingCall<ProtectChunk, SubmittedView> call, ProtectChunk chunk)
    {
        try
        {
            await call.RequestStream.WriteAsync(chunk).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            return false;
        }
    }

    private static async Task CompleteAsync(AsyncClientStreamingCall<ProtectChunk, SubmittedView> call)
    {
        try
        {
            await call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // As above.
        }
    }
}
