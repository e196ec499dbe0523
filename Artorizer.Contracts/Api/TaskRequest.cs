using Artorizer.Contracts.Jobs;

namespace Artorizer.Contracts.Api;

/// <summary>Body of <c>POST /queue</c>.</summary>
public sealed record TaskRequest
{
    /// <summary>Name of the handler; required.</summary>
    public string? Type { get; init; }

    /// <summary>Input of the handler, any value.</summary>
    public Payload? Data { get; init; }

    /// <summary>0..9; 5 when absent.</summary>
    public int? Priority { get; init; }

    /// <summary>Not before this many milliseconds have passed; 0 when absent, at most 30 days.</summary>
    public long? DelayMs { get; init; }
}
