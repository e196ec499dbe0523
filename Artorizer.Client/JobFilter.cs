using Artorizer.Contracts.Jobs;

namespace Artorizer.Client;

/// <summary>Which jobs to list.</summary>
public sealed record JobFilter
{
    /// <summary>Only in this state.</summary>
    public JobStatus? Status { get; init; }

    /// <summary>Only of this type, such as <c>protect_image</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Jobs of one page, 1..1000; 100 by default.</summary>
    public int PageSize { get; init; } = 100;
}
