namespace Artorizer.Infrastructure.Embedded;

/// <summary>The data directory is held by another process, or twice by this one.</summary>
public sealed class DataDirectoryInUseException : IOException
{
    /// <summary>With the standard message.</summary>
    public DataDirectoryInUseException()
        : base("The data directory is in use by another process.")
    {
    }

    /// <summary>With a message of its own.</summary>
    public DataDirectoryInUseException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and the cause.</summary>
    public DataDirectoryInUseException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
