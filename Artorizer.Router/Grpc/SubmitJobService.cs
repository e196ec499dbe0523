using Artorizer.Contracts.Api;
using Artorizer.Contracts.ProtectionRpc;
using Grpc.Core;

namespace Artorizer.Router.Grpc;

/// <summary>Submits an image in one message, or one that a message names.</summary>
internal sealed class SubmitJobService(GrpcImages images) : SubmitJobBase
{
    /// <summary>Largest message in bytes; larger images go by the streaming call.</summary>
    public const int MaxMessageBytes = 32 << 20;

    public override async Task<SubmittedView> SubmitJob(ProtectRequest request, ServerCallContext context)
    {
        if (!request.HasImageData)
        {
            return await images.SubmitAsync(request, content: null, context);
        }

        var image = request.ImageData;
        request.ClearImageData();
        await using var content = new MemoryStream(image.ToByteArray(), writable: false);
        return await images.SubmitAsync(request, content, context);
    }
}
