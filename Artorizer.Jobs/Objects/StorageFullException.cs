namespace Artorizer.Jobs.Objects;

/// <summary>The store has no room for more. Answered with 507 (RFC 4918 §11.5).</summary>
public sealed class StorageFullException : IOException
{
    /// <summary>With the standard message.</summary>
    public StorageFullException()
        : base("The storage is full.")
    {
    }

    /// <summary>With a message of its own.</summary>
    public StorageFullException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and the cause.</summary>
    public StorageFullException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
