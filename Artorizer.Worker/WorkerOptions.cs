using System.ComponentModel.DataAnnotations;

namespace Artorizer.Worker;

/// <summary>How a worker works; section <c>Worker</c>.</summary>
public sealed class WorkerOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Worker";

    /// <summary>Jobs that run at once. Default: twice the processors, since a job mostly waits for the engine and the stores.</summary>
    [Range(1, 10_000)]
    public int Concurrency { get; set; } = Environment.ProcessorCount * 2;

    /// <summary>
    /// Attempts at a job that fails for passing reasons. Default 3. What cannot begin, because no image engine or store can be reached,
    /// is no attempt; see <see cref="MaxWait"/>.
    /// </summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 3;

    /// <summary>
    /// Deliveries without an outcome after which a job is taken for what brings its worker down. Default 25: a host that is
    /// killed often must not cost an innocent job.
    /// </summary>
    [Range(2, 1000)]
    public int MaxDeliveries { get; set; } = 25;

    /// <summary>Wait before the second attempt, of which up to half is taken off at random; doubles with each further one. Default 8 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>Longest wait between attempts. Default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a job waits for an image engine or a store that cannot be reached, before it is given up as failed. Default 24 hours.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Longest pause between two looks for what cannot be reached; the first pauses are shorter. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan MaxWaitDelay { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest an attempt may take. Default 15 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan JobTimeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long running jobs may go on after the worker was told to stop; then they are given back to the queue. Default 25 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ShutdownGrace { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>How long finished jobs and their files are kept. Default 30 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "36500.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How often finished jobs past their retention are looked for. Default 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RetentionInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How often queued jobs are looked for whose message is not known to be in the queue. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan OutboxInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How old such a job must be for its message to be sent again; longer than sending may take. Default 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan OutboxAge { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often files without a job are looked for; each time all files are listed. Default 6 hours.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan OrphanInterval { get; set; } = TimeSpan.FromHours(6);

    /// <summary>How old a file without a job must be to be removed; longer than any upload takes. Default 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan OrphanAge { get; set; } = TimeSpan.FromDays(1);
}
