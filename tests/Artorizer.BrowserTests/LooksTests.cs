using System.Text.RegularExpressions;
using Artorizer.BrowserTests.Studio;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Artorizer.BrowserTests;

/// <summary>Light and dark. The pictures in <c>docs/images</c> are made here.</summary>
public sealed class LooksTests(StudioFixture studio)
{
    [Theory]
    [InlineData(ColorScheme.Light, "page")]
    [InlineData(ColorScheme.Dark, "page-dark")]
    public async Task The_page_follows_the_system_and_can_be_photographed(ColorScheme colours, string name)
    {
        var isLight = colours == ColorScheme.Light;
        var first = await studio.Pictures.JpegAsync(isLight ? "Morning over the ridge" : "Evening over the ridge", 1200, 800, hue: 18);
        var second = await studio.Pictures.PngAsync(isLight ? "Fields in May" : "Fields in June", hue: 205);
        var third = await studio.Pictures.JpegAsync(isLight ? "Heather" : "Heather at dusk", hue: 60);
        await using var visit = await studio.OpenAsync(new VisitOptions { Colours = colours, Width = 1280, Height = 1000 });
        var page = visit.Page;
        await visit.SendAsync("Ines Maréchal", first);
        await visit.ProtectedAsync(first.Title);
        await visit.SendAsync("Ines Maréchal", third, second);
        foreach (var title in new[] { second.Title, third.Title })
        {
            await Expect(visit.Job(title)).ToHaveAttributeAsync("data-status", "completed", new() { Timeout = 60_000 });
            await Expect(visit.Job(title).Locator(".thumb img")).ToHaveAttributeAsync("src", new Regex("thumbnail"));
        }

        await page.EvaluateAsync("scrollTo(0, 0)");
        await page.Mouse.MoveAsync(0, 0);
        await visit.ScreenshotAsync(name);
        await visit.ScreenshotAsync($"{name}-full", fullPage: true);

        Assert.Equal(colours == ColorScheme.Dark, await IsDarkAsync(page));
    }

    [Fact]
    public async Task The_switch_changes_the_colours_and_is_remembered()
    {
        await using var visit = await studio.OpenAsync(new VisitOptions { Colours = ColorScheme.Light });
        var page = visit.Page;
        var toggle = page.GetByRole(AriaRole.Button, new() { Name = "Dark colours" });
        await Expect(toggle).ToHaveAttributeAsync("aria-pressed", "false");

        await toggle.ClickAsync();
        await Expect(toggle).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.True(await IsDarkAsync(page));
        await page.ReloadAsync();
        Assert.True(await IsDarkAsync(page));

        await toggle.ClickAsync();
        Assert.False(await IsDarkAsync(page));
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        Assert.True(await IsDarkAsync(page), "Back on the system's scheme, it follows the system again.");
    }

    [Fact]
    public async Task The_status_line_tells_that_the_server_is_ready()
    {
        await using var visit = await studio.OpenAsync();

        await Expect(visit.Page.Locator("#health")).ToHaveAttributeAsync("data-state", "good");
        await Expect(visit.Page.Locator("#health-text")).ToContainTextAsync("Ready");
    }

    [Fact]
    public async Task The_page_is_served_under_a_strict_policy()
    {
        using var client = new HttpClient { BaseAddress = studio.Address };
        using var answer = await client.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));

        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("connect-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }

    private static Task<bool> IsDarkAsync(IPage page) => page.EvaluateAsync<bool>("""
        () => {
          const [r, g, b] = getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g).map(Number);
          return r + g + b < 200;
        }
        """);
}
