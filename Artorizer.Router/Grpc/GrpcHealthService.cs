using Artorizer.ServiceDefaults.Health;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Artorizer.Router.Grpc;

/// <summary>
/// The service <c>grpc.health.v1.Health</c> (gRPC Health Checking Protocol), which is open to all. It tells what the probes over HTTP
/// tell, and shares their runs.
/// </summary>
internal sealed class GrpcHealthService(HealthProbes probes, IHostApplicationLifetime lifetime, TimeProvider time) : GrpcHealthBase
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        await StatusAsync(request, context.CancellationToken) is not ServingStatus.ServiceUnknown and var status
            ? new HealthCheckResponse { Status = status }
            : throw new RpcException(new Status(StatusCode.NotFound, "There is one service, with the empty name, which stands for all."));

    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            using var timer = new PeriodicTimer(Interval, time);
            ServingStatus? told = null;
            do
            {
                var status = await StatusAsync(request, stop.Token);
                if (status != told)
                {
                    await responseStream.WriteAsync(new HealthCheckResponse { Status = status }, stop.Token);
                    told = status;
                }
            }
            while (await timer.WaitForNextTickAsync(stop.Token));
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw StreamEnds.Stopping();
        }
    }

    private async Task<ServingStatus> StatusAsync(HealthCheckRequest request, CancellationToken cancellationToken)
    {
        if (request.Service.Length > 0)
        {
            return ServingStatus.ServiceUnknown;
        }

        var report = await probes.CheckAsync(tag: "", cancellationToken);
        return report.Status == HealthStatus.Unhealthy ? ServingStatus.NotServing : ServingStatus.Serving;
    }
}
