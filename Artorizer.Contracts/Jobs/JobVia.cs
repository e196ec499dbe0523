namespace Artorizer.Contracts.Jobs;

/// <summary>Names of the ways an image can travel, selectable per request.</summary>
public static class JobVia
{
    /// <summary>202 at once; a worker takes it from the durable queue.</summary>
    public const string Queue = "queue";

    /// <summary>Stored once, processed by URL; the caller waits.</summary>
    public const string Storage = "storage";

    /// <summary>Bytes forwarded to the processor over gRPC; the caller waits.</summary>
    public const string Grpc = "grpc";

    /// <summary>Bytes forwarded to the processor over plain HTTP; the caller waits. The baseline.</summary>
    public const string Direct = "direct";

    /// <summary>All four.</summary>
    public static IReadOnlyList<string> All { get; } = [Queue, Storage, Grpc, Direct];
}
