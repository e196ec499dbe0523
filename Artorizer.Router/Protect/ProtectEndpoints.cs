using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Router.Negotiation;
using Artorizer.Router.Security;

namespace Artorizer.Router.Protect;

/// <summary><c>POST /protect</c>.</summary>
internal static class ProtectEndpoints
{
    public static void MapProtect(this IEndpointRouteBuilder routes) => routes
        .MapPost("/protect", ProtectAsync)
        .RequireAcceptable()
        .DisableAntiforgery()
        .WithTags("Images")
        .WithSummary("Submit an image to be protected")
        .WithDescription(ProtectDocumentation.Description)
        // The last one keeps routing from answering 415 by itself: every wire protocol is read, and the answer lists them.
        .Accepts<IFormFile>("multipart/form-data", "application/json", "image/*", "*/*")
        .Produces<SubmittedView>(StatusCodes.Status202Accepted)
        .Produces<JobResultView>()
        .Produces<ProblemView>(StatusCodes.Status400BadRequest, "application/problem+json")
        .Produces<ProblemView>(StatusCodes.Status413PayloadTooLarge, "application/problem+json")
        .Produces<ProblemView>(StatusCodes.Status503ServiceUnavailable, "application/problem+json");

    private static async Task<IResult> ProtectAsync(
        HttpContext http, ImageSubmission submission, ProtectRequestReader reader, SynchronousProtection synchronous)
    {
        var created = await submission.SubmitAsync(http.Owner(), IdempotencyKeys.Of(http), key => reader.ReadAsync(http, key), http.RequestAborted);
        return created.Outcome switch
        {
            CreateJobOutcome.Duplicate => Wire.Ok(SubmittedViews.Exists(created.Job)),
            CreateJobOutcome.IdempotentReplay => Submitted(http, SubmittedViews.Replayed(created.Job)),
            _ when created.Job.Via == JobVia.Queue => Submitted(http, SubmittedViews.Queued(created.Job)),
            _ => await synchronous.RunAsync(http, created.Job),
        };
    }

    private static WireResult<SubmittedView> Submitted(HttpContext http, SubmittedView view)
    {
        http.Response.Headers.Location = view.StatusUrl;
        return Wire.Accepted(view);
    }
}
