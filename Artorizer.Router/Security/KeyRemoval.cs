using Artorizer.Router.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace Artorizer.Router.Security;

/// <summary>
/// Ends what goes on under a key that is removed: events, WebSockets, gRPC streams, uploads and downloads. To a handler it looks as if the
/// caller had left.
/// </summary>
internal static class KeyRemoval
{
    // For whatever does not listen.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(700);

    /// <summary>Goes after authentication.</summary>
    public static void UseKeyRemoval(this WebApplication app) => app.Use(async (http, next) =>
    {
        if (http.Features.Get<CallersKey>() is not { Removed: { CanBeCanceled: true } removed })
        {
            await next(http);
            return;
        }

        var lifetime = http.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>();
        var left = lifetime.RequestAborted;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(left, removed);
        using var cut = new CancellationTokenSource();
        await using var cutting = cut.Token.UnsafeRegister(static state => ((IHttpRequestLifetimeFeature)state!).Abort(), lifetime);
        await using var waiting = removed.UnsafeRegister(static state => ((CancellationTokenSource)state!).CancelAfter(Grace), cut);
        lifetime.RequestAborted = ended.Token;
        try
        {
            await next(http);
        }
        catch (Exception e) when (removed.IsCancellationRequested && !left.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            // A body that has no length ends here; one that has is cut short, and seen to be.
            if (!http.Response.HasStarted)
            {
                await ProblemResult.WriteAsync(http, Refusal());
            }
        }
        finally
        {
            lifetime.RequestAborted = left;
        }
    });

    /// <summary>Whether the caller's key was removed since the request came.</summary>
    public static bool IsKeyRemoved(this HttpContext http) => http.Features.Get<CallersKey>()?.Removed.IsCancellationRequested == true;

    /// <summary>What is said where something can still be said.</summary>
    public static ApiException Refusal() => new(StatusCodes.Status401Unauthorized, "Unauthorized", "The API key of this call was removed.");
}

/// <summary>The key that a request came with, or that there was none and none was needed.</summary>
/// <param name="Removed">Cancelled when it opens nothing any more.</param>
internal sealed record CallersKey(CancellationToken Removed);
