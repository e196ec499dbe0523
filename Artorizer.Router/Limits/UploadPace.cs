namespace Artorizer.Router.Limits;

/// <summary>
/// Whether a sender keeps up with <see cref="RouterLimits.MinUploadBytesPerSecond"/>, on average over all the time that was spent waiting
/// for it, once that is more than <see cref="RouterLimits.UploadGracePeriod"/>. The server's own limit of the same kind knows bodies of
/// HTTP requests alone, not what comes over a WebSocket or a gRPC stream.
/// </summary>
/// <param name="limits">The slowest rate that is kept up, and the grace period.</param>
/// <param name="time">The clock.</param>
internal sealed class UploadPace(RouterLimits limits, TimeProvider time)
{
    private TimeSpan _waited;
    private long _received;

    /// <summary>How long the sender may say nothing at all.</summary>
    public TimeSpan MaxSilence => limits.UploadGracePeriod;

    /// <summary>Called before waiting.</summary>
    /// <returns>To be given to <see cref="Keeps"/>.</returns>
    public long Begin() => time.GetTimestamp();

    /// <summary>Called when something came.</summary>
    /// <param name="begun">When the wait for it began.</param>
    /// <param name="bytes">How much came.</param>
    /// <returns>False where the sender is too slow.</returns>
    public bool Keeps(long begun, long bytes)
    {
        _waited += time.GetElapsedTime(begun);
        _received += bytes;
        return _waited <= limits.UploadGracePeriod || _received >= limits.MinUploadBytesPerSecond * _waited.TotalSeconds;
    }
}
