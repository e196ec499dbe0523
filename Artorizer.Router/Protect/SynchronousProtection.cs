using System.Text.Json;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Engine;
using Artorizer.Jobs.Secrets;
using Artorizer.Router.Errors;
using Artorizer.Router.Jobs;
using Artorizer.Router.Negotiation;

namespace Artorizer.Router.Protect;

/// <summary>The modes in which the caller waits: <c>via</c> storage, grpc and direct. One attempt; what fails is told at once.</summary>
internal sealed class SynchronousProtection(
    ProtectionRunner runner, IJobStore jobs, JobResults results, TimeProvider time)
{
    public async Task<IResult> RunAsync(HttpContext http, Job job)
    {
        var completed = await RunAsync(job, http.RequestAborted);
        http.Response.Headers.Location = $"/jobs/{job.Id}";
        return Wire.Ok(await results.ReadAsync(completed, http.RequestAborted));
    }

    /// <summary>Protects the image while the caller waits; returns the completed job.</summary>
    public async Task<Job> RunAsync(Job job, CancellationToken cancellationToken)
    {
        var task = JobViews.Task(job) ?? throw new InvalidOperationException("Only image jobs can be run while the caller waits.");
        await using var attempt = await JobAttempt.BeginAsync(job, 1, jobs, time, CancellationToken.None) ?? throw ApiException.JobNotFound();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, attempt.Lost);
        try
        {
            var outcome = await runner.RunAsync(job.Via, task, attempt, stop.Token);
            var result = new Payload(Payload.Json, JsonSerializer.SerializeToUtf8Bytes(outcome, ApiJsonContext.Default.ProtectionOutcome));
            if (!await attempt.CompleteAsync(result, CancellationToken.None))
            {
                throw ApiException.JobNotFound();
            }

            await jobs.ForgetTokenAsync(attempt.Job, CancellationToken.None);
            return attempt.Job;
        }
        catch (JobFailedException e)
        {
            await attempt.FailAsync(e.Error, CancellationToken.None);
            throw Answer(e);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await attempt.FailAsync(new JobError(JobErrorCodes.Cancelled, "The caller left before the job was done."), CancellationToken.None);
            throw ApiException.JobNotFound();
        }
        catch (Exception e) when (e is not ApiException)
        {
            await attempt.FailAsync(new JobError(JobErrorCodes.Internal, "The job failed unexpectedly."), CancellationToken.None);
            throw;
        }
    }

    private static ApiException Answer(JobFailedException e) => e.Error.Code switch
    {
        JobErrorCodes.InvalidImage =>
            new ApiException(StatusCodes.Status400BadRequest, "Invalid image file format", e.Error.Message) { Code = e.Error.Code, Field = "image" },
        JobErrorCodes.TimedOut => new ApiException(StatusCodes.Status504GatewayTimeout, "Timed out", e.Error.Message) { Code = e.Error.Code },
        _ when e.IsPermanent =>
            new ApiException(StatusCodes.Status422UnprocessableEntity, "Image not processed", e.Error.Message) { Code = e.Error.Code },
        JobErrorCodes.Internal =>
            new ApiException(StatusCodes.Status500InternalServerError, "Internal error", e.Error.Message) { Code = e.Error.Code },
        _ => new ApiException(StatusCodes.Status503ServiceUnavailable, "Image engine unavailable", e.Error.Message)
        {
            Code = e.Error.Code,
            RetryAfter = TimeSpan.FromSeconds(5),
        },
    };
}
