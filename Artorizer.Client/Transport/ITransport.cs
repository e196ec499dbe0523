using Artorizer.Contracts.Api;

namespace Artorizer.Client.Transport;

/// <summary>One way to the server. Each call is one attempt; every failure is an <see cref="ArtorizerException"/>.</summary>
internal interface ITransport : IDisposable
{
    Task<TaskSubmittedView> QueueTaskAsync(TaskRequest request, string? idempotencyKey, CancellationToken cancellationToken);

    Task<TaskView> GetTaskAsync(int id, CancellationToken cancellationToken);

    Task<TaskView[]> ListTasksAsync(int limit, int? before, CancellationToken cancellationToken);

    Task DeleteTaskAsync(int id, CancellationToken cancellationToken);

    Task RedriveTaskAsync(int id, CancellationToken cancellationToken);

    /// <summary>Ends only by failure or cancellation.</summary>
    IAsyncEnumerable<TaskView> StreamTasksAsync(TaskFilter filter, CancellationToken cancellationToken);

    Task<TaskMetricsView> GetMetricsAsync(CancellationToken cancellationToken);

    /// <summary>Submits an image.</summary>
    /// <param name="image">The upload, or <see langword="null"/> where <paramref name="url"/> is given.</param>
    /// <param name="url">Where the server fetches the image.</param>
    /// <param name="settings">With an idempotency key.</param>
    /// <param name="cancellationToken">Stops the upload.</param>
    Task<SubmittedView> ProtectAsync(ImageUpload? image, Uri? url, ProtectionSettings settings, CancellationToken cancellationToken);

    /// <summary>Whether <see cref="ContinueUploadAsync"/> is there.</summary>
    bool CanResumeUploads { get; }

    /// <summary>Brings an upload to its end, from where it is, and submits it.</summary>
    Task<SubmittedView> ContinueUploadAsync(ResumableUpload upload, ProtectionSettings settings, CancellationToken cancellationToken);

    Task<JobView> GetJobAsync(string id, CancellationToken cancellationToken);

    Task<JobListView> ListJobsAsync(JobFilter filter, string? cursor, CancellationToken cancellationToken);

    Task<JobResultView> GetResultAsync(string id, CancellationToken cancellationToken);

    Task DeleteJobAsync(string id, CancellationToken cancellationToken);

    Task RedriveJobAsync(string id, CancellationToken cancellationToken);

    /// <summary>Events after a sequence number on one connection, which may end early.</summary>
    IAsyncEnumerable<JobEventView> WatchJobAsync(string id, long after, CancellationToken cancellationToken);

    /// <summary>Writes a file from <see cref="DownloadSink.Offset"/> on.</summary>
    Task<DownloadInfo> DownloadAsync(string id, string variant, DownloadSink sink, CancellationToken cancellationToken);
}
