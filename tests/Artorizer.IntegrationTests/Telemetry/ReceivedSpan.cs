using System.Diagnostics;

namespace Artorizer.IntegrationTests.Telemetry;

/// <summary>A span as it came over the wire. Ids are lower-case hexadecimal; a root has an empty parent.</summary>
public sealed record ReceivedSpan(
    string ServiceName,
    string Source,
    string TraceId,
    string SpanId,
    string ParentId,
    string Name,
    ActivityKind Kind,
    bool IsError,
    IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyList<(string TraceId, string SpanId)> Links);
