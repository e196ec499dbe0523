using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.ProtectionRpc;
using Artorizer.Jobs;
using Artorizer.Jobs.Engine;
using Artorizer.Router.Negotiation;
using Artorizer.Router.Protect;
using Artorizer.Router.Security;
using Grpc.Core;

namespace Artorizer.Router.Grpc;

/// <summary>Submissions of images over gRPC, in one message or in many.</summary>
internal sealed class GrpcImages(
    ImageSubmission submission, ImageIntake intake, ReferencedImages referenced, EngineCatalog catalog, SynchronousProtection synchronous)
{
    /// <summary>Makes a job, and waits for it where the caller wants that.</summary>
    /// <param name="request">Everything but the image.</param>
    /// <param name="content">The image; <see langword="null"/> where the request names it.</param>
    /// <param name="context">The call.</param>
    public async Task<SubmittedView> SubmitAsync(ProtectRequest request, Stream? content, ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var owner = http.Owner();
        var created = await submission.SubmitAsync(
            owner,
            IdempotencyKeys.Of(http),
            key => ReceiveAsync(request, content, owner, key, context.CancellationToken),
            context.CancellationToken);
        if (created.Outcome == CreateJobOutcome.Created && created.Job.Via != JobVia.Queue)
        {
            created = created with { Job = await synchronous.RunAsync(created.Job, context.CancellationToken) };
        }

        return SubmittedViews.Of(created);
    }

    private async Task<ReceivedImage> ReceiveAsync(
        ProtectRequest request, Stream? content, string owner, string key, CancellationToken cancellationToken)
    {
        var fields = new ProtectFields();
        foreach (var field in ProtectRequestFields.Of(request))
        {
            fields.Add(field);
        }

        if (content is null)
        {
            return await referenced.ReceiveAsync(fields, owner, key, cancellationToken);
        }

        ReferencedImages.Refuse(fields);
        var settings = ProtectionParameters.From(fields, catalog.Known);
        return new ReceivedImage(settings, await intake.StoreAsync(content, new ImageDeclaration(null, null, null), key, cancellationToken));
    }
}
