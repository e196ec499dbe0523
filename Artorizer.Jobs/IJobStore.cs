using Artorizer.Contracts.Jobs;

namespace Artorizer.Jobs;

/// <summary>Durable state of jobs. What a method returned from has happened and survives a crash of the process and the machine.</summary>
public interface IJobStore
{
    /// <summary>
    /// Stores a new job and gives it a <see cref="Job.TaskId"/>, unless the owner already has a job with the same
    /// <see cref="Job.IdempotencyKey"/> or, where <see cref="Job.ContentSha256"/> is set, an unfailed job with the same image and the
    /// same <see cref="Job.WishesSha256"/>. Of an unfailed job with the same image and other wishes the new one is a new version, and
    /// has its id as <see cref="Job.PreviousJobId"/>.
    /// A new job in state <see cref="JobStatus.Queued"/> gets a first event of type <c>queued</c>, and is in the outbox until
    /// <see cref="MarkSentAsync"/>: whoever stored it owes the queue its message.
    /// </summary>
    /// <param name="job">
    /// The job; <see cref="Job.TaskId"/>, <see cref="Job.Version"/> and <see cref="Job.PreviousJobId"/> are ignored.
    /// </param>
    /// <param name="cancellationToken">Stops waiting; the job may have been stored all the same.</param>
    /// <param name="force">Whether it is made although there is one with the same image and wishes; as a new version of that.</param>
    Task<CreateJobResult> CreateAsync(Job job, CancellationToken cancellationToken, bool force = false);

    /// <summary>The job, or <see langword="null"/>.</summary>
    Task<Job?> GetAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>The job with this number, or <see langword="null"/>.</summary>
    Task<Job?> GetByTaskIdAsync(int taskId, CancellationToken cancellationToken);

    /// <summary>The owner's latest unfailed job for an image with this hash, or <see langword="null"/>.</summary>
    Task<Job?> FindLatestVersionAsync(string owner, string contentSha256, CancellationToken cancellationToken);

    /// <summary>The job that the owner submitted with this idempotency key, or <see langword="null"/>.</summary>
    Task<Job?> FindByIdempotencyKeyAsync(string owner, string idempotencyKey, CancellationToken cancellationToken);

    /// <summary>
    /// Compare-and-set: replaces the stored job if its version is still <see cref="Job.Version"/> of <paramref name="job"/>;
    /// the stored version becomes one higher. A failed job that becomes <see cref="JobStatus.Queued"/> gets an event of type
    /// <c>queued</c> and is in the outbox, as after <see cref="CreateAsync"/>. The events are stored and published with the
    /// change or not at all, so that no crash leaves a change that nobody is told of.
    /// </summary>
    /// <param name="job">The job, with the version that it replaces.</param>
    /// <param name="events">What to tell of the change, in order; may be empty.</param>
    /// <param name="cancellationToken">Stops waiting; the job may have been replaced all the same.</param>
    /// <returns>The job as stored, or <see langword="null"/> if another change came first or the job is gone.</returns>
    Task<Job?> TryReplaceAsync(Job job, IReadOnlyList<JobEvent> events, CancellationToken cancellationToken);

    /// <summary>
    /// Stores a job again that the store has lost, as its message tells it; under another <see cref="Job.TaskId"/> where that
    /// number has been given away since.
    /// </summary>
    /// <returns>
    /// The job as stored, or the one that is there after all; <see langword="null"/> if it was deleted. A store that loses
    /// nothing takes every job that is not there for deleted.
    /// </returns>
    Task<Job?> RestoreAsync(Job job, CancellationToken cancellationToken);

    /// <summary>The job's message is in the queue: takes it out of the outbox. Where this is lost, the message is sent once more.</summary>
    Task MarkSentAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>
    /// Up to <paramref name="limit"/> jobs that have been in the outbox since before <paramref name="storedBefore"/>, oldest
    /// first: a crash may have come between job and message.
    /// </summary>
    Task<IReadOnlyList<Job>> ListUnsentAsync(DateTimeOffset storedBefore, int limit, CancellationToken cancellationToken);

    /// <summary>Jobs by <paramref name="query"/>, newest first.</summary>
    Task<JobPage> ListAsync(JobQuery query, CancellationToken cancellationToken);

    /// <summary>Removes the job with its events.</summary>
    /// <returns>The state that it was in, or <see langword="null"/> if it was not there.</returns>
    Task<JobStatus?> DeleteAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>
    /// Removes up to <paramref name="limit"/> finished jobs completed before <paramref name="completedBefore"/>, and returns
    /// their ids so that their objects can be removed.
    /// </summary>
    Task<IReadOnlyList<string>> PurgeAsync(DateTimeOffset completedBefore, int limit, CancellationToken cancellationToken);

    /// <summary>How many jobs are in each state.</summary>
    Task<JobCounts> CountAsync(CancellationToken cancellationToken);
}
