using Artorizer.Contracts.Api;

namespace Artorizer.Client;

/// <summary>A call that did not succeed: the server refused it, or could not be reached.</summary>
public sealed class ArtorizerException : Exception
{
    /// <summary>Makes an exception.</summary>
    /// <param name="message">A sentence for people.</param>
    /// <param name="cause">What lies beneath.</param>
    public ArtorizerException(string message, Exception? cause = null)
        : base(message, cause) => (Error, Detail) = (message, message);

    /// <summary>HTTP status, or its equivalent over gRPC; 0 when no answer came.</summary>
    public int Status { get; init; }

    /// <summary>What is wrong in short: the <c>error</c> field of the answer.</summary>
    public string Error { get; init; }

    /// <summary>What is wrong and what to do: the <c>detail</c> field of the answer.</summary>
    public string Detail { get; init; }

    /// <summary>Field of the request that is wrong.</summary>
    public string? Field { get; init; }

    /// <summary>Everything that is wrong with the fields of the request; <see cref="Field"/> is the first of them.</summary>
    public IReadOnlyList<FieldProblem> Errors { get; init; } = [];

    /// <summary>Machine-readable reason, as in a failed job's <c>error.code</c>.</summary>
    public string? Code { get; init; }

    /// <summary>Trace under which the server logged the call.</summary>
    public string? TraceId { get; init; }

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether no connection to the server could be made.</summary>
    public bool IsUnreachable { get; init; }

    /// <summary>Whether the same call may succeed later.</summary>
    public bool IsTransient => Status is 0 or 408 or 429 or 500 or 502 or 503 or 504;

    /// <summary>Whether the server certainly did nothing, so that even a call that is not idempotent can be repeated.</summary>
    internal bool WasNotProcessed => IsUnreachable || Status is 429 or 503;
}
