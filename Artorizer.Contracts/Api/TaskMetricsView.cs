namespace Artorizer.Contracts.Api;

/// <summary>Answer to <c>GET /api/metrics</c>.</summary>
/// <param name="TasksReceived">Since the router started.</param>
/// <param name="TasksProcessedSuccess">Jobs stored as completed.</param>
/// <param name="TasksProcessedFailed">Jobs stored as failed.</param>
/// <param name="QueueSize">Jobs that wait or run.</param>
/// <param name="DaemonHealthy">Whether the router is ready.</param>
public sealed record TaskMetricsView(long TasksReceived, long TasksProcessedSuccess, long TasksProcessedFailed, long QueueSize, bool DaemonHealthy);
