namespace Artorizer.IntegrationTests.Telemetry;

/// <summary>A log record as it came over the wire. <see cref="Category"/> is the logger's name.</summary>
public sealed record ReceivedLog(
    string ServiceName,
    string Category,
    string Severity,
    string Body,
    string TraceId,
    string SpanId,
    IReadOnlyDictionary<string, string> Attributes);
