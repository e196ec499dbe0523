using System.Globalization;

namespace Artorizer.Router.Errors;

/// <summary>A time to wait as <c>Retry-After</c> gives it: whole seconds (RFC 9110 §10.2.3).</summary>
internal static class RetryAfterSeconds
{
    public static string Of(TimeSpan wait) => Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
