using System.Diagnostics;
using Artorizer.Jobs.Queue;

namespace Artorizer.Worker;

/// <summary>Spans of jobs; they continue the trace of the submission.</summary>
internal static class WorkerTelemetry
{
    private static readonly ActivitySource Source = new("Artorizer.Worker");

    public static Activity? StartJob(QueueMessage message, string shownType)
    {
        _ = ActivityContext.TryParse(message.TraceParent, null, isRemote: true, out var parent);
        var activity = Source.StartActivity($"process {shownType}", ActivityKind.Consumer, parent);
        activity?.SetTag("messaging.operation.type", "process");
        activity?.SetTag("artorizer.job.id", message.JobId);
        activity?.SetTag("artorizer.job.type", message.Type);
        activity?.SetTag("artorizer.job.attempt", message.Attempts + 1);
        return activity;
    }
}
