using Artorizer.Contracts.Api;
using Artorizer.Contracts.ProtectionRpc;
using Artorizer.Contracts.Rpc;
using Grpc.Core;

namespace Artorizer.Router.Grpc;

/// <summary>
/// The call <c>SubmitJob</c> of <c>artorizer.v1.Protection</c>. It is bound by itself, for message limits belong to what is bound, and it
/// alone takes a whole image in its message.
/// </summary>
[BindServiceMethod(typeof(SubmitJobBase), nameof(Bind))]
internal abstract class SubmitJobBase
{
    /// <summary>Binds the call.</summary>
    /// <param name="binder">Takes it.</param>
    /// <param name="service"><see langword="null"/> where the server makes a service for each call.</param>
    public static void Bind(ServiceBinderBase binder, SubmitJobBase? service) => new CheckedBinder(binder).AddMethod(
        ProtectionMethods.SubmitJob, service is null ? null : new UnaryServerMethod<ProtectRequest, SubmittedView>(service.SubmitJob));

    public abstract Task<SubmittedView> SubmitJob(ProtectRequest request, ServerCallContext context);
}
