namespace Artorizer.Contracts.Jobs;

/// <summary>One unit of work: an image to protect, or any other task. Immutable; every change makes a new version.</summary>
public sealed record Job
{
    /// <summary>UUID version 7 (RFC 9562 §5.7) in its 36-character form; sorts by time of submission.</summary>
    public required string Id { get; init; }

    /// <summary>Number for clients of the task API, unique in the system, given by the store, from 1.</summary>
    public int TaskId { get; init; }

    /// <summary>Name of the handler, such as <c>protect_image</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Who submitted it; only this owner sees it.</summary>
    public required string Owner { get; init; }

    /// <summary>Current state.</summary>
    public JobStatus Status { get; init; }

    /// <summary>0 (last) to 9 (first).</summary>
    public int Priority { get; init; } = 5;

    /// <summary>How it travels: <c>queue</c>, <c>storage</c>, <c>grpc</c> or <c>direct</c>.</summary>
    public string Via { get; init; } = JobVia.Queue;

    /// <summary>Input of the handler.</summary>
    public Payload Data { get; init; } = Payload.Null;

    /// <summary>What the handler returned; <see langword="null"/> until completed.</summary>
    public Payload? Result { get; init; }

    /// <summary>Lower-case hexadecimal SHA-256 of the image; the index of its owner's works. <see langword="null"/> for other tasks.</summary>
    public string? ContentSha256 { get; init; }

    /// <summary>
    /// Lower-case hexadecimal SHA-256 of what was asked for beside the image: with the same image and the same wishes, a submission
    /// is a duplicate. <see langword="null"/> for other tasks.
    /// </summary>
    public string? WishesSha256 { get; init; }

    /// <summary>
    /// The owner's latest unfailed job for the same image when this one was made, of which it is a new version; given by the store.
    /// </summary>
    public string? PreviousJobId { get; init; }

    /// <summary>The <c>Idempotency-Key</c> it was submitted with, unique per owner within the retention.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset SubmittedAt { get; init; }

    /// <summary>When the latest attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was completed or given up.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>
    /// Attempts begun since submission or redrive. One cut off by a crash of its worker does not count, nor one whose work could not
    /// begin because something could not be reached.
    /// </summary>
    public int Attempts { get; init; }

    /// <summary>Latest progress, <see langword="null"/> before the first attempt.</summary>
    public JobProgress? Progress { get; init; }

    /// <summary>Steps of the latest attempt, in order.</summary>
    public JobStep[] Steps { get; init; } = [];

    /// <summary>Why it failed, or why its latest attempt did.</summary>
    public JobError? Error { get; init; }

    /// <summary>What a queued job waits for beside its turn; <see langword="null"/> when nothing is missing.</summary>
    public JobWaiting? Waiting { get; init; }

    /// <summary>W3C <c>traceparent</c> of the submission, so that one trace spans the job.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Counts changes from 1; the expected value of a compare-and-set.</summary>
    public long Version { get; init; }

    /// <summary>Whether the job is completed or failed.</summary>
    public bool IsFinished => Status is JobStatus.Completed or JobStatus.Failed;
}
