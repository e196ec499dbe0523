using Artorizer.Contracts.Jobs;
using Artorizer.Jobs.Engine;
using Artorizer.Router.Errors;

namespace Artorizer.Router.Jobs;

/// <summary>One file of a finished job.</summary>
/// <param name="Key">Where it is kept.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="FileName">What to call it.</param>
/// <param name="Sha256">Lower-case hexadecimal, if known.</param>
internal sealed record JobDownload(string Key, string ContentType, string FileName, string? Sha256)
{
    /// <summary>Finds a variant: 409 while the job runs, 404 if it failed or has no such file.</summary>
    public static JobDownload Of(Job job, string variant)
    {
        JobEndpoints.RequireFinished(job);
        var task = JobViews.Task(job);
        var outcome = JobViews.Outcome(job);
        if (task is null || outcome is null)
        {
            throw new ApiException(404, "Job failed", job.Error is { } error ? $"The job failed: {error.Message}" : "The job has no files.")
            {
                Code = job.Error?.Code,
            };
        }

        if (variant != ArtifactKeys.Original && !outcome.Artifacts.ContainsKey(variant))
        {
            throw new ApiException(
                404, "Unknown variant", $"This job has {string.Join(", ", outcome.Artifacts.Keys.Prepend(ArtifactKeys.Original))}.");
        }

        return new JobDownload(
            ArtifactKeys.Key(job.Id, variant),
            ArtifactKeys.ContentType(variant, task.Original.ContentType),
            DownloadNames.Of(task, variant),
            variant == ArtifactKeys.Original ? task.Original.Sha256 : outcome.Artifacts[variant].Sha256);
    }
}
