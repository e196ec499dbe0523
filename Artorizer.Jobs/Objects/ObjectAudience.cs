namespace Artorizer.Jobs.Objects;

/// <summary>For whom a presigned URL is made; behind a gateway the two see different addresses.</summary>
public enum ObjectAudience
{
    /// <summary>Another Artorizer service. The URL is absolute.</summary>
    Internal,

    /// <summary>A client. The URL is absolute, or a path of the router's own address where the store has no address of its own.</summary>
    Public,
}
