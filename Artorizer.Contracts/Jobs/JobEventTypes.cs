namespace Artorizer.Contracts.Jobs;

/// <summary>Names of <see cref="JobEvent"/> types; also the event names of the SSE stream.</summary>
public static class JobEventTypes
{
    /// <summary>Accepted, retried later, or redriven.</summary>
    public const string Queued = "queued";

    /// <summary>An attempt began.</summary>
    public const string Started = "started";

    /// <summary>A step began or ended.</summary>
    public const string Progress = "progress";

    /// <summary>Finished well.</summary>
    public const string Completed = "completed";

    /// <summary>Given up.</summary>
    public const string Failed = "failed";

    /// <summary>Deleted by its owner.</summary>
    public const string Deleted = "deleted";
}
