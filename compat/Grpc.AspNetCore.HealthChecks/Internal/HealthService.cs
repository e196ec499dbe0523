using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Grpc.AspNetCore.HealthChecks.Internal;

/// <summary>The service of https://github.com/grpc/grpc/blob/master/doc/health-checking.md.</summary>
internal sealed class HealthService(
    PublishedHealth published,
    HealthCheckService checks,
    IOptions<HealthCheckOptions> checkOptions,
    IOptions<GrpcHealthChecksOptions> options,
    IHostApplicationLifetime lifetime) : Health.V1.Health.HealthBase
{
    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        var status = await FindStatusAsync(request.Service, context.CancellationToken);
        return new HealthCheckResponse { Status = status ?? throw new RpcException(new Status(StatusCode.NotFound, string.Empty)) };
    }

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        var stopping = options.Value.SuppressCompletionOnShutdown ? CancellationToken.None : lifetime.ApplicationStopping;
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping);
        using var subscription = published.Watch(request.Service, out var changes);
        var sent = await FindStatusAsync(request.Service, context.CancellationToken) ?? ServingStatus.ServiceUnknown;
        await responseStream.WriteAsync(new HealthCheckResponse { Status = sent });
        try
        {
            await foreach (var status in changes.ReadAllAsync(ends.Token))
            {
                if (status != sent)
                {
                    sent = status;
                    await responseStream.WriteAsync(new HealthCheckResponse { Status = status });
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            // An open watch would hold the server up until its shutdown timeout.
            await responseStream.WriteAsync(new HealthCheckResponse { Status = ServingStatus.NotServing });
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            // A watch has no other end than this.
        }
    }

    /// <summary>Null when the service is not known.</summary>
    private async ValueTask<ServingStatus?> FindStatusAsync(string service, CancellationToken cancellationToken)
    {
        if (options.Value.UseHealthChecksCache)
        {
            return published.Get(service);
        }

        if (options.Value.Services.Find(service) is not { } mapping)
        {
            return null;
        }

        var report = await checks.CheckHealthAsync(
            check => checkOptions.Value.Predicate?.Invoke(check) is not false && mapping.Covers(check.Name, check.Tags),
            cancellationToken);
        return HealthPublisher.Combine(report.Entries.Values);
    }
}
