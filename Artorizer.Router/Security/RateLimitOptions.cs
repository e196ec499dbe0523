using System.ComponentModel.DataAnnotations;

namespace Artorizer.Router.Security;

/// <summary>
/// How often each key's owner may call, and each address from which calls come without a valid key; section <c>RateLimit</c>. Where no key
/// is configured, callers on the loopback interface are not limited.
/// </summary>
internal sealed class RateLimitOptions
{
    public const string Section = "RateLimit";

    /// <summary>Requests per second, on average. Default 100.</summary>
    [Range(0.01, 1_000_000)]
    public double RequestsPerSecond { get; set; } = 100;

    /// <summary>Requests that may come at once after a pause. Default 200.</summary>
    [Range(1, 10_000_000)]
    public int Burst { get; set; } = 200;

    /// <summary>
    /// Requests per second, on average, from an address (of IPv6: from its /64) that bear no valid key: what is open to all, and what is
    /// refused. Default 50.
    /// </summary>
    [Range(0.01, 1_000_000)]
    public double AnonymousRequestsPerSecond { get; set; } = 50;

    /// <summary>Such requests that may come at once after a pause. Default 200.</summary>
    [Range(1, 10_000_000)]
    public int AnonymousBurst { get; set; } = 200;

    /// <summary>How often requests are credited. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan ReplenishmentPeriod { get; set; } = TimeSpan.FromSeconds(1);
}
