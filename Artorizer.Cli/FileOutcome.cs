namespace Artorizer.Cli;

/// <summary>What became of one file; a line of <c>artorizer protect --json</c>.</summary>
internal sealed record FileOutcome
{
    public required string File { get; init; }

    /// <summary><c>completed</c>, <c>skipped</c> (done by an earlier run) or <c>failed</c>.</summary>
    public required string Status { get; init; }

    public string? JobId { get; init; }

    /// <summary>Whether the server knew the image already, and this is its earlier result.</summary>
    public bool? Known { get; init; }

    public string[] Outputs { get; init; } = [];

    /// <summary>What was asked for, or was in the file, and is not in the result.</summary>
    public string[] Warnings { get; init; } = [];

    public string? Error { get; init; }

    public string? Code { get; init; }
}
