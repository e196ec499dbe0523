using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;

namespace Artorizer.Worker.Tasks;

/// <summary>What a handler sees of its job.</summary>
/// <param name="attempt">The attempt.</param>
/// <param name="services">Services of the attempt's own scope.</param>
public sealed class TaskContext(JobAttempt attempt, IServiceProvider services)
{
    /// <summary>The job.</summary>
    public Job Job => Attempt.Job;

    /// <summary>The input as it was sent.</summary>
    public Payload Data => Attempt.Job.Data;

    /// <summary>Steps of the attempt, for handlers that have named ones.</summary>
    public JobAttempt Attempt { get; } = attempt;

    /// <summary>Services of a scope that ends with the attempt.</summary>
    public IServiceProvider Services { get; } = services;

    /// <summary>Reports progress to whoever watches the job; returns at once.</summary>
    /// <param name="percentage">0..100.</param>
    /// <param name="message">What is being done.</param>
    public void ReportProgress(int percentage, string message) => Attempt.Progress(percentage, message);
}
