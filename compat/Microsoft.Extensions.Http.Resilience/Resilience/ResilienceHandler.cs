using Polly;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Sends requests through a resilience pipeline.</summary>
public class ResilienceHandler : DelegatingHandler
{
    private readonly Func<HttpRequestMessage, ResiliencePipeline<HttpResponseMessage>> _pipelineFor;

    /// <summary>Chooses a pipeline for each request.</summary>
    public ResilienceHandler(Func<HttpRequestMessage, ResiliencePipeline<HttpResponseMessage>> pipelineProvider)
    {
        ArgumentNullException.ThrowIfNull(pipelineProvider);
        _pipelineFor = pipelineProvider;
    }

    /// <summary>Takes the same pipeline for all requests.</summary>
    public ResilienceHandler(ResiliencePipeline<HttpResponseMessage> pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        _pipelineFor = _ => pipeline;
    }

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var pipeline = _pipelineFor(request);
        var (context, isOwn) = Enter(request, cancellationToken);
        try
        {
            var outcome = await pipeline.ExecuteOutcomeAsync(
                static async (context, state) =>
                {
                    try
                    {
                        // Each attempt may come with a context of its own.
                        state.request.SetResilienceContext(context);
                        return Outcome.FromResult(
                            await state.handler.SendOnceAsync(state.request, context.CancellationToken).ConfigureAwait(false));
                    }
#pragma warning disable CA1031 // The outcome carries every exception to the strategies, and rethrows it in the end.
                    catch (Exception exception)
#pragma warning restore CA1031
                    {
                        return Outcome.FromException<HttpResponseMessage>(exception);
                    }
                },
                context,
                (handler: this, request)).ConfigureAwait(false);

            outcome.ThrowIfException();
            return outcome.Result!;
        }
        finally
        {
            Leave(request, context, isOwn);
        }
    }

    /// <inheritdoc />
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var pipeline = _pipelineFor(request);
        var (context, isOwn) = Enter(request, cancellationToken);
        try
        {
            return pipeline.Execute(
                static (context, state) =>
                {
                    state.request.SetResilienceContext(context);
                    return state.handler.SendOnce(state.request, context.CancellationToken);
                },
                context,
                (handler: this, request));
        }
        finally
        {
            Leave(request, context, isOwn);
        }
    }

    private static (ResilienceContext Context, bool IsOwn) Enter(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var given = request.GetResilienceContext();
        var context = given ?? ResilienceContextPool.Shared.Get(cancellationToken);
        context.SetRequestMessage(request);
        request.SetResilienceContext(context);
        return (context, given is null);
    }

    private static void Leave(HttpRequestMessage request, ResilienceContext context, bool isOwn)
    {
        request.SetResilienceContext(isOwn ? null : context);
        if (isOwn)
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        base.SendAsync(request, cancellationToken);

    private HttpResponseMessage SendOnce(HttpRequestMessage request, CancellationToken cancellationToken) =>
        base.Send(request, cancellationToken);
}
