using Artorizer.Contracts.Rpc;
using Grpc.Core;
using Grpc.Health.V1;
using HealthRpc = Grpc.Health.V1.Health;

namespace Artorizer.Router.Grpc;

/// <summary>The service <c>grpc.health.v1.Health</c>, bound such that malformed messages are told from faults.</summary>
[BindServiceMethod(typeof(GrpcHealthBase), nameof(Bind))]
internal abstract class GrpcHealthBase
{
    /// <summary>Found by the reflection service, by this name.</summary>
    public static Google.Protobuf.Reflection.ServiceDescriptor Descriptor => HealthRpc.Descriptor;

    /// <summary>Binds the calls.</summary>
    /// <param name="binder">Takes them.</param>
    /// <param name="service"><see langword="null"/>, for the server makes a service for each call.</param>
    public static void Bind(ServiceBinderBase binder, GrpcHealthBase? service)
    {
        if (service is not null)
        {
            throw new NotSupportedException("The service is made for each call.");
        }

        HealthRpc.BindService(new CheckedBinder(binder), null);
    }

    public abstract Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context);

    public abstract Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context);
}
