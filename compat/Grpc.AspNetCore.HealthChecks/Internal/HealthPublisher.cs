using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Grpc.AspNetCore.HealthChecks.Internal;

/// <summary>Takes the reports of the periodic health checks.</summary>
internal sealed class HealthPublisher(PublishedHealth published, IOptions<GrpcHealthChecksOptions> options) : IHealthCheckPublisher
{
    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        foreach (var mapping in options.Value.Services)
        {
            published.Publish(mapping.Name, Combine(report.Entries.Where(entry => mapping.Covers(entry.Key, entry.Value.Tags)).Select(entry => entry.Value)));
        }

        return Task.CompletedTask;
    }

    /// <summary>Serving unless a check says otherwise; unknown when there is none.</summary>
    public static ServingStatus Combine(IEnumerable<HealthReportEntry> entries)
    {
        var status = ServingStatus.Unknown;
        foreach (var entry in entries)
        {
            if (entry.Status == HealthStatus.Unhealthy)
            {
                return ServingStatus.NotServing;
            }

            status = ServingStatus.Serving;
        }

        return status;
    }
}
