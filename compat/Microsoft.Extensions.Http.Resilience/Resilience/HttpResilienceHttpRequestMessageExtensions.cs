using Polly;

namespace System.Net.Http;

/// <summary>Carries the context of an execution in its request.</summary>
public static class HttpResilienceHttpRequestMessageExtensions
{
    private static readonly HttpRequestOptionsKey<ResilienceContext?> ContextKey = new("Resilience.Http.ResilienceContext");

    /// <summary>The context that the request runs in.</summary>
    public static ResilienceContext? GetResilienceContext(this HttpRequestMessage requestMessage)
    {
        ArgumentNullException.ThrowIfNull(requestMessage);
        return requestMessage.Options.TryGetValue(ContextKey, out var context) ? context : null;
    }

    /// <summary>Sets the context that the request runs in.</summary>
    public static void SetResilienceContext(this HttpRequestMessage requestMessage, ResilienceContext? resilienceContext)
    {
        ArgumentNullException.ThrowIfNull(requestMessage);
        requestMessage.Options.Set(ContextKey, resilienceContext);
    }
}
