namespace Artorizer.Jobs;

/// <summary>
/// A store or the queue does not answer at the moment: it is down, starting, failing over or too slow. Nothing is known of
/// what it was asked to do; it may have been done. The providers connect again by themselves, so the same call may succeed
/// later. Answered with 503 and <c>Retry-After</c>.
/// </summary>
public sealed class StoreUnavailableException : Exception
{
    /// <summary>With the standard message.</summary>
    public StoreUnavailableException()
        : base("A store does not answer.")
    {
    }

    /// <summary>With a message of its own.</summary>
    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and the cause.</summary>
    public StoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
