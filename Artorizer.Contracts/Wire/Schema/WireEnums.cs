using Artorizer.Contracts.Jobs;

namespace Artorizer.Contracts.Wire.Schema;

/// <summary>Words that stand for enumerations on the wire.</summary>
internal static class WireEnums
{
    public static string Name(JobStatus status) => status switch
    {
        JobStatus.Queued => "queued",
        JobStatus.Processing => "processing",
        JobStatus.Completed => "completed",
        _ => "failed",
    };

    public static JobStatus Status(string name) => name switch
    {
        "queued" => JobStatus.Queued,
        "processing" => JobStatus.Processing,
        "completed" => JobStatus.Completed,
        "failed" => JobStatus.Failed,
        _ => throw new WireFormatException("The status is none of queued, processing, completed and failed."),
    };
}
