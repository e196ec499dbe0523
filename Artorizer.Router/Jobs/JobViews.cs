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
        return JobView.Of(job, task?.Title, task?.Artist);
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
