using System.Text.Json;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;

namespace Artorizer.Router.Jobs;

/// <summary>Jobs as their owner sees them.</summary>
internal static class JobViews
{
    public static JobView Of(Job job)
    {
        var task = Task(job);
        var view = JobView.Of(job, task?.Title, task?.Artist);
        return task is null ? view : view with { Warnings = Warnings(task, Outcome(job)) };
    }

    /// <summary>What the owner of a completed image job should know of it.</summary>
    public static JobWarning[] Warnings(ProtectionTask task, ProtectionOutcome? outcome)
    {
        if (outcome is null)
        {
            return [];
        }

        return task.Original is { DeclaredFormat: { } declared, Format: var actual }
            ? [new JobWarning(JobWarning.WrongLabel, $"The file is {actual}, though it was named or declared as {declared}; its bytes decide."), .. outcome.Warnings]
            : outcome.Warnings;
    }

    /// <summary>The input of an image job; <see langword="null"/> for other types.</summary>
    public static ProtectionTask? Task(Job job) => job.Type == ProtectionTask.TypeName
        ? JsonSerializer.Deserialize(job.Data.Bytes.Span, ApiJsonContext.Default.ProtectionTask)
        : null;

    /// <summary>The outcome of a completed image job; <see langword="null"/> otherwise.</summary>
    public static ProtectionOutcome? Outcome(Job job) => job is { Type: ProtectionTask.TypeName, Result: { } result }
        ? JsonSerializer.Deserialize(result.Bytes.Span, ApiJsonContext.Default.ProtectionOutcome)
        : null;
}
