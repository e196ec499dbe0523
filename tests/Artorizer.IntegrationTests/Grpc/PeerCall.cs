using System.Text.Json;
using System.Text.Json.Serialization;

namespace Artorizer.IntegrationTests.Grpc;

/// <summary>A call for a peer to make.</summary>
public sealed record PeerCall
{
    public required string Target { get; init; }

    public required string Method { get; init; }

    /// <summary>Another path than the method's own.</summary>
    public string? Path { get; init; }

    public IReadOnlyList<PeerRequest> Requests { get; init; } = [new()];

    public IReadOnlyDictionary<string, string[]>? Metadata { get; init; }

    public int? DeadlineMs { get; init; }

    /// <summary>Cancels after this many replies.</summary>
    public int? CancelAfter { get; init; }

    public int? CancelAfterMs { get; init; }

    /// <summary>Does not complete the request stream.</summary>
    public bool? KeepOpen { get; init; }

    public bool? Gzip { get; init; }

    public int? MaxReceive { get; init; }
}

/// <summary>A request; the payload repeats the bytes 0 to 250.</summary>
public sealed record PeerRequest
{
    public int? PayloadSize { get; init; }

    public string? Name { get; init; }

    public int? Count { get; init; }

    public int? DelayMs { get; init; }

    public int? FailWith { get; init; }

    public string? FailDetail { get; init; }

    public bool? Crash { get; init; }

    public bool? Compress { get; init; }

    public int? ReplySize { get; init; }
}

/// <summary>What became of a peer's call.</summary>
public sealed record PeerResult(
    int Status,
    string Details,
    IReadOnlyList<PeerReply> Replies,
    PeerSummary? Summary,
    string Sha256,
    IReadOnlyDictionary<string, string[]> Headers,
    IReadOnlyDictionary<string, string[]> Trailers,
    int ElapsedMs);

public sealed record PeerReply(int Index, int Size);

public sealed record PeerSummary(int Messages, long Bytes);

internal static class PeerJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}
