using Microsoft.Playwright;

namespace Artorizer.BrowserTests.Studio;

/// <summary>How a page is opened.</summary>
public sealed record VisitOptions
{
    public ColorScheme Colours { get; init; } = ColorScheme.Light;

    public int Width { get; init; } = 1280;

    public int Height { get; init; } = 860;

    public bool ReducedMotion { get; init; }

    /// <summary>Console errors that the test brings about on purpose, by a piece of their text.</summary>
    public string[] ExpectedErrors { get; init; } = [];
}
