using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs.Engine;
using Artorizer.Jobs.Objects;
using Artorizer.Router.Security;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Jobs;

/// <summary>Puts the result of an image job together: what was stored with the job, its reports, and presigned addresses.</summary>
internal sealed class JobResults(IObjectStore objects, IOptionsMonitor<DirectAccessOptions> access)
{
    // Reports are a few KiB; more than this is not put into an answer, but can be downloaded.
    private const int MaxReportBytes = 1 << 20;

    private static readonly TimeSpan UrlLifetime = TimeSpan.FromMinutes(15);

    public async Task<JobResultView> ReadAsync(Job job, CancellationToken cancellationToken)
    {
        var task = JobViews.Task(job) ?? throw new InvalidOperationException("Only image jobs have such a result.");
        var outcome = JobViews.Outcome(job);
        var view = new JobResultView
        {
            JobId = job.Id,
            TaskId = job.TaskId,
            Status = job.Status,
            ArtworkId = job.Id,
            Title = task.Title,
            Artist = task.Artist,
            Description = task.Description,
            Tags = task.Tags,
            Error = job.Error,
        };
        view.Formats[ArtifactKeys.Original] = new ArtifactView(task.Original.ContentType, task.Original.Length, task.Original.Sha256);
        await AddUrlAsync(view, ArtifactKeys.Original, task, cancellationToken);
        if (outcome is null)
        {
            return view;
        }

        foreach (var (variant, artifact) in outcome.Artifacts)
        {
            view.Formats[variant] = artifact;
            await AddUrlAsync(view, variant, task, cancellationToken);
        }

        // Older clients know the analysis by this name.
        if (view.Urls.TryGetValue(ArtifactKeys.Analysis, out var analysis))
        {
            view.Urls["metadata"] = analysis;
        }

        return view with
        {
            Hashes = outcome.Hashes,
            Analysis = await ReportAsync(job.Id, ArtifactKeys.Analysis, outcome, cancellationToken),
            Summary = await ReportAsync(job.Id, ArtifactKeys.Summary, outcome, cancellationToken),
            Warnings = JobViews.Warnings(task, outcome),
            ProcessingTimeMs = outcome.ProcessingMs,
        };
    }

    private async Task AddUrlAsync(JobResultView view, string variant, ProtectionTask task, CancellationToken cancellationToken)
    {
        if (!access.CurrentValue.Enabled)
        {
            view.Urls[variant] = $"/jobs/{view.JobId}/download/{variant}";
            return;
        }

        var request = await objects.PresignGetAsync(
            ArtifactKeys.Key(view.JobId, variant),
            new PresignGetOptions
            {
                Audience = ObjectAudience.Public,
                Expires = UrlLifetime,
                DownloadName = DownloadNames.Of(task, variant),
            },
            cancellationToken);

        // Not ToString, which undoes escapes; signatures cover them, and file names have many.
        view.Urls[variant] = request.Url.OriginalString;
    }

    private async Task<Payload?> ReportAsync(string jobId, string variant, ProtectionOutcome outcome, CancellationToken cancellationToken)
    {
        if (!outcome.Artifacts.TryGetValue(variant, out var artifact) || artifact.Length > MaxReportBytes)
        {
            return null;
        }

        await using var content = await objects.OpenAsync(ArtifactKeys.Key(jobId, variant), 0, null, cancellationToken);
        if (content is null)
        {
            return null;
        }

        var bytes = new byte[content.Length];
        await content.Stream.ReadExactlyAsync(bytes, cancellationToken);
        return new Payload(Payload.Json, bytes);
    }
}
