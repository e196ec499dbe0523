namespace Artorizer.Contracts.Jobs;

/// <summary>A queued job that could not be begun, because something that it needs could not be reached.</summary>
/// <param name="For">One of <see cref="Engine"/> and <see cref="Storage"/>.</param>
/// <param name="Since">When it was first found so, with no work done since.</param>
public sealed record JobWaiting(string For, DateTimeOffset Since)
{
    /// <summary>No image engine answers, or all are busy.</summary>
    public const string Engine = "engine";

    /// <summary>The object store does not answer.</summary>
    public const string Storage = "storage";
}
