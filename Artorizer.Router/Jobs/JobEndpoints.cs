using System.Globalization;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Engine;
using Artorizer.Jobs.Objects;
using Artorizer.Router.Errors;
using Artorizer.Router.Limits;
using Artorizer.Router.Negotiation;
using Artorizer.Router.Security;

namespace Artorizer.Router.Jobs;

/// <summary><c>/jobs</c>.</summary>
internal static class JobEndpoints
{
    private const string ProblemJson = "application/problem+json";

    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        var jobs = routes.MapGroup("/jobs").WithTags("Jobs");
        jobs.MapGet("", ListAsync).RequireAcceptable()
            .WithSummary("List your jobs, newest first")
            .Produces<JobListView>();
        jobs.MapGet("/{id}", GetAsync).RequireAcceptable()
            .WithSummary("State, progress and steps of a job")
            .Produces<JobView>().Produces<ProblemView>(404, ProblemJson);
        jobs.MapGet("/{id}/result", ResultAsync).RequireAcceptable()
            .WithSummary("Result of a finished job; 409 while it is not")
            .Produces<JobResultView>().Produces<ProblemView>(404, ProblemJson).Produces<ProblemView>(409, ProblemJson);
        jobs.MapMethods("/{id}/download/{variant}", [HttpMethods.Get, HttpMethods.Head], DownloadAsync)
            .WithSummary("Download original, protected, mask, analysis, summary or thumbnail; ranges and ETags")
            .Produces(200).Produces(206).Produces(304).Produces<ProblemView>(404, ProblemJson).Produces<ProblemView>(409, ProblemJson)
            .Produces<ProblemView>(412, ProblemJson);
        jobs.MapDelete("/{id}", DeleteAsync).RequireAcceptable()
            .WithSummary("Cancel a job if it is not finished, and remove it with all its files")
            .Produces<MessageView>().Produces<ProblemView>(404, ProblemJson);
        jobs.MapPost("/{id}/redrive", RedriveAsync).RequireAcceptable()
            .WithSummary("Start a failed job anew")
            .Produces<JobView>().Produces<ProblemView>(404, ProblemJson).Produces<ProblemView>(409, ProblemJson);
        jobs.MapGet("/{id}/events", JobEventStream.WriteAsync)
            .CountStreams()
            .WithSummary("Live progress as server-sent events; resumes with Last-Event-ID")
            .Produces<JobEventView>(200, "text/event-stream").Produces<ProblemView>(404, ProblemJson);
    }

    /// <summary>The caller's job, or 404: somebody else's job looks like none.</summary>
    public static async Task<Job> FindAsync(HttpContext http, IJobStore jobs, string id)
    {
        var job = Guid.TryParseExact(id, "D", out var guid) ? await jobs.GetAsync(guid.ToString(), http.RequestAborted) : null;
        return job is not null && job.Owner == http.Owner() ? job : throw ApiException.JobNotFound();
    }

    /// <summary>Which of the caller's jobs a request asks for; 400 for values that say nothing.</summary>
    public static JobQuery Query(HttpContext http, string? status, string? type, string? limit, string? cursor) => new()
    {
        Owner = http.Owner(),
        Type = string.IsNullOrEmpty(type) ? null : type,
        Status = ParseStatus(status),
        Limit = ParseInteger("limit", limit, 1, 1000) ?? 20,
        Cursor = ParseInteger("cursor", cursor, 0, int.MaxValue),
    };

    /// <summary>A page of jobs as their owner sees them.</summary>
    public static async Task<JobListView> PageAsync(JobQuery query, IJobStore jobs, CancellationToken cancellationToken)
    {
        var page = await jobs.ListAsync(query, cancellationToken);
        return new JobListView([.. page.Jobs.Select(JobViews.Of)], page.NextCursor?.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task<IResult> ListAsync(HttpContext http, IJobStore jobs, string? status, string? type, string? limit, string? cursor) =>
        Wire.Ok(await PageAsync(Query(http, status, type, limit, cursor), jobs, http.RequestAborted));

    private static async Task<IResult> GetAsync(HttpContext http, IJobStore jobs, string id) =>
        Wire.Ok(JobViews.Of(await FindAsync(http, jobs, id)));

    private static async Task<IResult> ResultAsync(HttpContext http, IJobStore jobs, JobResults results, string id)
    {
        var job = await FindAsync(http, jobs, id);
        RequireFinished(job);
        return job.Type == ProtectionTask.TypeName
            ? Wire.Ok(await results.ReadAsync(job, http.RequestAborted))
            : Wire.Ok(TaskView.Of(job));
    }

    private static async Task<IResult> DownloadAsync(HttpContext http, IJobStore jobs, IObjectStore objects, string id, string variant)
    {
        var job = await FindAsync(http, jobs, id);
        var download = JobDownload.Of(job, variant);
        if (variant == ArtifactKeys.Mask)
        {
            await MaskHeaders.AddAsync(http.Response, objects, download.Key, http.RequestAborted);
        }

        return new ObjectResult(objects, download.Key, download.ContentType, download.FileName);
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, IJobStore jobs, JobRemoval removal, string id)
    {
        var job = await FindAsync(http, jobs, id);
        await removal.RemoveAsync(job);
        return Wire.Ok(new MessageView("Job deleted"));
    }

    private static async Task<IResult> RedriveAsync(HttpContext http, IJobStore jobs, JobSubmitter submitter, string id)
    {
        var job = await FindAsync(http, jobs, id);
        var queued = await submitter.RedriveAsync(job, CancellationToken.None)
            ?? throw new ApiException(409, "Job not failed", "Only a failed job can be started anew.");
        return Wire.Ok(JobViews.Of(queued));
    }

    public static void RequireFinished(Job job)
    {
        if (!job.IsFinished)
        {
            throw new ApiException(
                StatusCodes.Status409Conflict,
                "Job not finished",
                $"The job is {job.Status.ToString().ToLowerInvariant()}; watch /jobs/{job.Id}/events or ask again later.");
        }
    }

    private static JobStatus? ParseStatus(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return text.All(char.IsAsciiLetter) && Enum.TryParse<JobStatus>(text, ignoreCase: true, out var status)
            ? status
            : throw ApiException.BadField("status", "must be one of queued, processing, completed, failed");
    }

    internal static int? ParseInteger(string name, string? text, int min, int max)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw ApiException.BadField(
                name, max == int.MaxValue ? "must be a number that an earlier page gave" : $"must be a whole number from {min} to {max}");
    }
}
