using System.Diagnostics;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Router.Errors;
using Artorizer.Router.Limits;
using Artorizer.Router.Protect;

namespace Artorizer.Router.Tasks;

/// <summary>Makes a job of a task request, whichever transport it came by.</summary>
internal sealed class TaskSubmission(ImageTasks images, BacklogGate gate, JobSubmitter submitter, RouterMetrics metrics, TimeProvider time)
{
    private const int MaxTypeLength = 100;
    private const long MaxDelayMs = 30L * 24 * 60 * 60 * 1000;

    /// <summary>Queues a task.</summary>
    /// <param name="owner">Whose task it will be.</param>
    /// <param name="request">What the caller asks for.</param>
    /// <param name="idempotencyKey">The key of a request that may come again and then makes no second task, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Stops before the task is stored; not after.</param>
    /// <returns>The task's job, or the one that the same key made before.</returns>
    public async Task<Job> SubmitAsync(string owner, TaskRequest request, string? idempotencyKey, CancellationToken cancellationToken)
    {
        Validate(request);
        if (request.Type == ProtectionTask.TypeName)
        {
            return await images.SubmitAsync(owner, request, idempotencyKey, cancellationToken);
        }

        await gate.EnterAsync(cancellationToken);
        var job = new Job
        {
            Id = Guid.CreateVersion7().ToString(),
            Type = request.Type!,
            Owner = owner,
            Priority = request.Priority ?? 5,
            Data = request.Data ?? Payload.Null,
            IdempotencyKey = idempotencyKey,
            SubmittedAt = time.GetUtcNow(),
            TraceParent = Activity.Current?.Id,
        };
        var created = await submitter.SubmitAsync(job, TimeSpan.FromMilliseconds(request.DelayMs ?? 0), CancellationToken.None);
        if (created.Outcome == CreateJobOutcome.IdempotentReplay)
        {
            SameSubmission.Require(created.Job, job);
        }

        metrics.Submitted("task", JobVia.Queue, created.Outcome);
        return created.Job;
    }

    private static void Validate(TaskRequest request)
    {
        var errors = new FieldErrors();
        if (TypeRefusal(request.Type) is { } refusal)
        {
            errors.Add(refusal);
        }

        if (request.Priority is < 0 or > 9)
        {
            errors.Add(ApiException.BadField("priority", "must be a whole number from 0 to 9"));
        }

        if (request.DelayMs is < 0 or > MaxDelayMs)
        {
            errors.Add(ApiException.BadField("delay_ms", $"must be a whole number from 0 to {MaxDelayMs}"));
        }

        errors.ThrowIfAny();
    }

    private static ApiException? TypeRefusal(string? type) =>
        string.IsNullOrWhiteSpace(type)
            ? new ApiException(StatusCodes.Status400BadRequest, "Missing task type") { Field = "type", Code = ErrorCodes.MissingField }
        : type.Length > MaxTypeLength ? ApiException.BadField("type", $"must have at most {MaxTypeLength} characters")
        : PlainText.Refusal(type) is { } refusal ? ApiException.BadField("type", refusal)
        : TaskTypes.IsInternal(type) ? ApiException.BadField("type", "not open to callers")
        : null;
}
