using System.Runtime.CompilerServices;
using Artorizer.Client.Transport;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;

namespace Artorizer.Client;

public sealed partial class ArtorizerClient
{
    /// <summary>Uploads a file to be protected.</summary>
    /// <param name="path">An image.</param>
    /// <param name="settings">How to protect it.</param>
    /// <param name="uploaded">Receives the number of bytes sent; each attempt counts from its own start.</param>
    /// <param name="cancellationToken">Stops the upload.</param>
    /// <returns>The job, or the earlier one of the same image with the status <c>exists</c>.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public Task<SubmittedView> ProtectAsync(
        string path, ProtectionSettings settings, IProgress<long>? uploaded = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ProtectAsync(ImageUpload.OfFile(path, uploaded), null, settings, cancellationToken);
    }

    /// <summary>Uploads a stream to be protected. One that cannot seek is sent once and not tried again.</summary>
    /// <param name="image">Read from where it stands to its end; left open.</param>
    /// <param name="fileName">What to call it.</param>
    /// <param name="settings">How to protect it.</param>
    /// <param name="uploaded">Receives the number of bytes sent; each attempt counts from its own start.</param>
    /// <param name="cancellationToken">Stops the upload.</param>
    public Task<SubmittedView> ProtectAsync(
        Stream image, string fileName, ProtectionSettings settings, IProgress<long>? uploaded = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentException.ThrowIfNullOrEmpty(fileName);
        return ProtectAsync(ImageUpload.OfStream(image, fileName, uploaded), null, settings, cancellationToken);
    }

    /// <summary>Has the server fetch an image to be protected.</summary>
    public Task<SubmittedView> ProtectAsync(Uri imageUrl, ProtectionSettings settings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(imageUrl);
        return ProtectAsync(null, imageUrl, settings, cancellationToken);
    }

    /// <summary>State, progress and steps of a job; status 404 if there is none.</summary>
    public Task<JobView> GetJobAsync(string id, CancellationToken cancellationToken = default) =>
        RepeatableAsync(token => _transport.GetJobAsync(id, token), cancellationToken);

    /// <summary>Jobs, newest first, page after page.</summary>
    public async IAsyncEnumerable<JobView> ListJobsAsync(
        JobFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        filter ??= new JobFilter();
        string? cursor = null;
        do
        {
            var from = cursor;
            var page = await RepeatableAsync(token => _transport.ListJobsAsync(filter, from, token), cancellationToken).ConfigureAwait(false);
            foreach (var job in page.Jobs)
            {
                yield return job;
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    /// <summary>Result of a finished image job; status 409 until it is finished.</summary>
    public Task<JobResultView> GetResultAsync(string id, CancellationToken cancellationToken = default) =>
        RepeatableAsync(token => _transport.GetResultAsync(id, token), cancellationToken);

    /// <summary>Removes a job with its files, cancelling it if it runs; status 404 if there is none.</summary>
    public Task DeleteJobAsync(string id, CancellationToken cancellationToken = default) =>
        IfNotProcessedAsync(token => _transport.DeleteJobAsync(id, token), cancellationToken);

    /// <summary>Starts a failed job anew; status 409 if it has not failed.</summary>
    public Task RedriveJobAsync(string id, CancellationToken cancellationToken = default) =>
        IfNotProcessedAsync(token => _transport.RedriveJobAsync(id, token), cancellationToken);

    /// <summary>A job's events in order up to its last one. A lost connection is resumed; no event is missed or repeated.</summary>
    /// <param name="id">The job.</param>
    /// <param name="afterSequence">The last event that is known; 0 for all.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public async IAsyncEnumerable<JobEventView> WatchJobAsync(
        string id, long afterSequence = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var stream = new ResumingStream<JobEventView>(
            _retries.Repeatable,
            (last, _) => _transport.WatchJobAsync(id, last?.Sequence ?? afterSequence, cancellationToken),
            e => e.Type is JobEventTypes.Completed or JobEventTypes.Failed or JobEventTypes.Deleted);
        while (await stream.MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return stream.Current;
        }
    }

    /// <summary>Waits until a job is completed or has failed.</summary>
    public async Task<JobView> WaitForJobAsync(string id, CancellationToken cancellationToken = default)
    {
        var job = await GetJobAsync(id, cancellationToken).ConfigureAwait(false);
        while (job.Status is JobStatus.Queued or JobStatus.Processing)
        {
            await foreach (var change in WatchJobAsync(id, 0, cancellationToken).ConfigureAwait(false))
            {
                _ = change;
            }

            job = await GetJobAsync(id, cancellationToken).ConfigureAwait(false);
        }

        return job;
    }

    /// <summary>Downloads a file of a job, continuing where a connection was lost.</summary>
    /// <param name="id">The job.</param>
    /// <param name="variant">
    /// <c>original</c>, <c>protected</c>, <c>mask</c>, <c>analysis</c>, <c>summary</c>, <c>thumbnail</c> or <c>manifest</c>.
    /// </param>
    /// <param name="destination">Written from where it stands; left open.</param>
    /// <param name="offset">First byte of the file to write, to go on with an earlier download.</param>
    /// <param name="downloaded">Receives the number of bytes of the file that are there.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    public async Task<DownloadInfo> DownloadAsync(
        string id, string variant, Stream destination, long offset = 0, IProgress<long>? downloaded = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var sink = new DownloadSink(destination, offset, downloaded);
        while (true)
        {
            var before = sink.Offset;
            try
            {
                return await RepeatableAsync(token => _transport.DownloadAsync(id, variant, sink, token), cancellationToken).ConfigureAwait(false);
            }
            catch (ArtorizerException e) when (e.IsTransient && sink.Offset > before)
            {
                // It moves, if slowly: the count of attempts begins anew.
            }
        }
    }

    /// <summary>
    /// Downloads to a file, which appears when it is whole. What an earlier call left behind in <c>PATH.JOB.VARIANT.part</c> is continued;
    /// a job's files never change.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task<DownloadInfo> DownloadToFileAsync(
        string id, string variant, string path, IProgress<long>? downloaded = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var part = $"{path}.{id}.{variant}.part";
        DownloadInfo info;
        await using (var file = new FileStream(part, FileMode.Append, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous))
        {
            info = await DownloadAsync(id, variant, file, file.Length, downloaded, cancellationToken).ConfigureAwait(false);
        }

        File.Move(part, path, overwrite: true);
        return info;
    }

    private async Task<SubmittedView> ResumeAsync(ResumableUpload upload, ProtectionSettings settings, CancellationToken cancellationToken)
    {
        while (true)
        {
            var before = upload.Offset;
            try
            {
                return await RepeatableAsync(token => _transport.ContinueUploadAsync(upload, settings, token), cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (ArtorizerException e) when (e.IsTransient && upload.Offset > before)
            {
                // It moves, if slowly: the count of attempts begins anew.
            }
        }
    }

    private Task<SubmittedView> ProtectAsync(ImageUpload? image, Uri? url, ProtectionSettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var keyed = settings.IdempotencyKey is null ? settings with { IdempotencyKey = Guid.NewGuid().ToString() } : settings;
        if (image?.Length >= _resumableFrom && _transport.CanResumeUploads)
        {
            return ResumeAsync(new ResumableUpload(image, keyed.UploadRecord), keyed, cancellationToken);
        }

        return image is { CanRepeat: false }
            ? _transport.ProtectAsync(image, url, keyed, cancellationToken)
            : RepeatableAsync(token => _transport.ProtectAsync(image, url, keyed, token), cancellationToken);
    }
}
