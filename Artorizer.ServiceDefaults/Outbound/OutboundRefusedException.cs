namespace Artorizer.ServiceDefaults.Outbound;

/// <summary>A URL that we do not fetch. The message is fit for the caller to read and does not tell what is at the address.</summary>
public sealed class OutboundRefusedException : IOException
{
    /// <summary>With the standard message.</summary>
    public OutboundRefusedException()
        : base("The address is not public.")
    {
    }

    /// <summary>With a message.</summary>
    public OutboundRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and the cause.</summary>
    public OutboundRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
