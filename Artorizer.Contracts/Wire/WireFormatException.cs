namespace Artorizer.Contracts.Wire;

/// <summary>Bytes that are not a well-formed message. Answered with 400; the message is fit for the caller to read.</summary>
public sealed class WireFormatException : Exception
{
    /// <summary>The field that is wrong, if it is one.</summary>
    public string? Field { get; init; }

    /// <summary>With the standard message.</summary>
    public WireFormatException()
        : base("The body is malformed.")
    {
    }

    /// <summary>With a sentence that says what is wrong.</summary>
    public WireFormatException(string message)
        : base(message)
    {
    }

    /// <summary>With a sentence and the cause.</summary>
    public WireFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
