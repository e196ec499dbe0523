using Artorizer.Router.Errors;

namespace Artorizer.Router.Negotiation;

/// <summary>The key under which a repeated submission makes no second job.</summary>
internal static class IdempotencyKeys
{
    private const string Header = "Idempotency-Key";
    private const int MaxLength = 255;

    /// <summary>The request's key, or <see langword="null"/>. Metadata of a gRPC call are headers too, so this serves both.</summary>
    public static string? Of(HttpContext http)
    {
        var key = http.Request.Headers[Header].ToString();
        if (key.Length == 0)
        {
            return null;
        }

        return key.Length <= MaxLength && key.All(c => c is > ' ' and < (char)127)
            ? key
            : throw ApiException.BadField(Header, $"must be 1 to {MaxLength} printable ASCII characters without spaces");
    }
}
