namespace Artorizer.Contracts.Api;

/// <summary>RFC 9457 problem details that also carry the older <c>error</c> field.</summary>
public sealed record ProblemView
{
    /// <summary>RFC 9457 <c>type</c>: where the catalogue of errors explains the code, relative to the address that was asked.</summary>
    public string Type { get; init; } = "about:blank";

    /// <summary>RFC 9457 <c>title</c>: the reason phrase.</summary>
    public required string Title { get; init; }

    /// <summary>HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What is wrong and what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>What older clients read: <c>field: reason</c> or a sentence.</summary>
    public required string Error { get; init; }

    /// <summary>The field that is wrong; the first of <see cref="Errors"/>.</summary>
    public string? Field { get; init; }

    /// <summary>A stable code of the catalogue.</summary>
    public string? Code { get; init; }

    /// <summary>Everything that is wrong with the fields, at most 20.</summary>
    public FieldProblem[] Errors { get; init; } = [];

    /// <summary>Trace id for whoever reads the logs.</summary>
    public string? TraceId { get; init; }
}
