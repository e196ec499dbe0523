using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Artorizer.Client;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;

namespace Artorizer.Cli;

/// <summary>Takes files through upload, work and download, several at a time.</summary>
internal sealed class ProtectRun(
    ArtorizerClient client, ProtectionSettings settings, string[] variants, OutputFolder? folder, int parallel, bool strict)
{
    /// <summary>Runs to the end, or to the first file for which the server cannot be reached.</summary>
    /// <returns>Exit code.</returns>
    public async Task<int> RunAsync(
        IReadOnlyList<string> files, Func<string, FileProgress> begin, Action<FileOutcome> end, CancellationToken cancellationToken)
    {
        var failed = 0;
        ArtorizerException? unreachable = null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = stop.Token };
            await Parallel.ForEachAsync(files, options, async (file, token) =>
            {
                var progress = begin(Path.GetFileName(file));
                try
                {
                    var outcome = await ProtectAsync(file, progress, token);
                    if (strict && outcome.Warnings.Length > 0)
                    {
                        Interlocked.Increment(ref failed);
                    }

                    end(outcome);
                }
                catch (ArtorizerException e) when (e.Status == 0)
                {
                    unreachable = e;
                    await stop.CancelAsync();
                }
                catch (Exception e) when (e is ArtorizerException or IOException or UnauthorizedAccessException)
                {
                    Interlocked.Increment(ref failed);
                    progress.Report("failed", 100);
                    end(new FileOutcome { File = file, Status = "failed", Error = e.Message, Code = (e as ArtorizerException)?.Code });
                }
            });
        }
        catch (OperationCanceledException) when (unreachable is not null)
        {
            throw unreachable;
        }

        return failed == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private async Task<FileOutcome> ProtectAsync(string file, FileProgress progress, CancellationToken cancellationToken)
    {
        progress.Report("reading", 0);
        var own = settings.Title.Length > 0 ? settings : settings with { Title = Path.GetFileNameWithoutExtension(file) };
        var key = await KeyAsync(file, own, cancellationToken);
        var record = RecordOf(key);
        if (own.Force != true && folder?.Find(record) is { } done)
        {
            progress.Report("done before", 100);
            return new FileOutcome { File = file, Status = "skipped", JobId = done.JobId, Outputs = [.. done.Files.Keys.Select(Full)] };
        }

        // With a key of its own for each call, what is done again is not the answer of the time before.
        var named = own with { IdempotencyKey = own.Force == true ? null : key, UploadRecord = folder?.UploadRecord(key) };
        var submitted = await client.ProtectAsync(file, named, progress.Upload(new FileInfo(file).Length), cancellationToken);
        if (submitted.Status == "failed" || submitted.Artwork?.Status == JobStatus.Failed)
        {
            // The job of an earlier run. Whoever runs the command again wants another try.
            await client.RedriveJobAsync(submitted.JobId, cancellationToken);
        }

        await FollowAsync(submitted, progress, cancellationToken);
        var job = await client.GetJobAsync(submitted.JobId, cancellationToken);
        if (job.Error is { } error)
        {
            throw new ArtorizerException(error.Message) { Status = 422, Code = error.Code };
        }

        var files = folder is null ? [] : await DownloadAsync(file, job.JobId, progress, cancellationToken);
        folder?.Keep(record, new DoneRecord(job.JobId, files));
        progress.Report("done", 100);
        return new FileOutcome
        {
            File = file,
            Status = "completed",
            JobId = job.JobId,
            Known = submitted.Status == "exists" ? true : null,
            Outputs = [.. files.Keys.Select(Full)],
            Warnings = [.. job.Warnings.Select(w => w.Message)],
        };
    }

    private async Task FollowAsync(SubmittedView submitted, FileProgress progress, CancellationToken cancellationToken)
    {
        if (submitted.Status == "completed" || submitted.Artwork?.Status == JobStatus.Completed)
        {
            return;
        }

        progress.Report("queued", 30);
        var last = 0L;
        do
        {
            await foreach (var change in client.WatchJobAsync(submitted.JobId, last, cancellationToken))
            {
                last = change.Sequence;
                progress.Report(change.Progress?.CurrentStep ?? change.Type, 30 + (0.65 * (change.Progress?.Percentage ?? 0)));
            }
        }
        while ((await client.GetJobAsync(submitted.JobId, cancellationToken)).Status is JobStatus.Queued or JobStatus.Processing);
    }

    private async Task<Dictionary<string, long>> DownloadAsync(string file, string jobId, FileProgress progress, CancellationToken cancellationToken)
    {
        progress.Report("downloading", 95);
        var result = await client.GetResultAsync(jobId, cancellationToken);
        var files = new Dictionary<string, long>();
        foreach (var variant in variants is ["all"] ? [.. result.Formats.Keys] : variants)
        {
            var name = OutputNames.OfImage(Path.GetFileName(file), variant, result.Formats.GetValueOrDefault(variant)?.ContentType ?? "");
            var info = await client.DownloadToFileAsync(jobId, variant, Full(name), cancellationToken: cancellationToken);
            files[name] = info.Length;
        }

        return files;
    }

    // The same file with the same settings is the same job, in this run and in the next.
    private static async Task<string> KeyAsync(string file, ProtectionSettings own, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        const FileOptions Options = FileOptions.Asynchronous | FileOptions.SequentialScan;
        await using (var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1, Options))
        {
            hash.AppendData(await SHA256.HashDataAsync(content, cancellationToken));
        }

        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(own, CliJsonContext.Default.ProtectionSettings));
        return "cli-" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Other variants of the same job are further downloads, but no further job.
    private string RecordOf(string key)
    {
        var wanted = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', variants.Order(StringComparer.Ordinal))));
        return $"{key}-{Convert.ToHexStringLower(wanted.AsSpan(0, 4))}";
    }

    private string Full(string name) => Path.Combine(folder!.Path, name);
}
