using System.Diagnostics;

namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>Spans of what the queue does by itself.</summary>
internal static class RabbitMqTelemetry
{
    private static readonly ActivitySource Source = new("Artorizer.RabbitMq");

    /// <summary>A message is sent again that nobody works on, under the trace of its submission.</summary>
    public static Activity? StartMove(string? traceParent) =>
        ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent)
            ? Source.StartActivity("queue move", ActivityKind.Internal, parent)
            : null;
}
