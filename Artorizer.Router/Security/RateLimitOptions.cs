using System.ComponentModel.DataAnnotations;

namespace Artorizer.Router.Security;

/// <summary>How often each key's owner may call; section <c>RateLimit</c>. Callers on the loopback interface without keys are not limited.</summary>
internal sealed class RateLimitOptions
{
    public const string Section = "RateLimit";

    /// <summary>Requests per second, on average. Default 100.</summary>
    [Range(0.01, 1_000_000)]
    public double RequestsPerSecond { get; set; } = 100;

    /// <summary>Requests that may come at once after a pause. Default 200.</summary>
    [Range(1, 10_000_000)]
    public int Burst { get; set; } = 200;

    /// <summary>How often requests are credited. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan ReplenishmentPeriod { get; set; } = TimeSpan.FromSeconds(1);
}
