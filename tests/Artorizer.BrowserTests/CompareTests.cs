using System.Text.RegularExpressions;
using Artorizer.BrowserTests.Studio;
using static Microsoft.Playwright.Assertions;

namespace Artorizer.BrowserTests;

/// <summary>The divide between original and protected picture.</summary>
public sealed partial class CompareTests(StudioFixture studio)
{
    private const string Divide = """
        (figure) => {
          const frame = figure.querySelector(".frame").getBoundingClientRect();
          const wipe = figure.querySelector(".wipe").getBoundingClientRect();
          return 100 * (wipe.x + wipe.width / 2 - frame.x) / frame.width;
        }
        """;

    [Fact]
    public async Task The_divide_follows_keyboard_and_mouse()
    {
        var picture = await studio.Pictures.JpegAsync("Divided");
        await using var visit = await studio.OpenAsync(new VisitOptions { Height = 1100 });
        await visit.SendAsync("Ines Maréchal", picture);
        var job = await visit.ProtectedAsync(picture.Title);
        var figure = job.Locator(".compare");
        var range = job.GetByRole(Microsoft.Playwright.AriaRole.Slider);
        await Expect(range).ToHaveAttributeAsync("aria-valuetext", "50 % original, 50 % protected");

        await range.FocusAsync();
        await range.PressAsync("ArrowRight");
        await Expect(range).ToHaveValueAsync("51");
        Assert.Equal(51, await figure.EvaluateAsync<double>(Divide), 0.5);
        await range.PressAsync("Home");
        Assert.Equal(0, await figure.EvaluateAsync<double>(Divide), 0.5);
        await Expect(range).ToHaveAttributeAsync("aria-valuetext", "0 % original, 100 % protected");
        await range.PressAsync("End");
        Assert.Equal(100, await figure.EvaluateAsync<double>(Divide), 0.5);

        var frame = (await job.Locator(".frame").BoundingBoxAsync())!;
        await visit.Page.Mouse.MoveAsync(frame.X + frame.Width - 2, frame.Y + (frame.Height / 2));
        await visit.Page.Mouse.DownAsync();
        await visit.Page.Mouse.MoveAsync(frame.X + (frame.Width / 4), frame.Y + (frame.Height / 2), new() { Steps = 5 });
        await visit.Page.Mouse.UpAsync();
        Assert.Equal(25, await figure.EvaluateAsync<double>(Divide), 1.5);
        await Expect(range).ToHaveAttributeAsync("aria-valuetext", QuarterShown());
    }

    [Fact]
    public async Task The_frame_has_the_shape_of_the_picture()
    {
        var picture = await studio.Pictures.PngAsync("Upright", width: 400, height: 800);
        await using var visit = await studio.OpenAsync();
        await visit.SendAsync("Ines Maréchal", picture);
        var job = await visit.ProtectedAsync(picture.Title);

        var frame = (await job.Locator(".frame").BoundingBoxAsync())!;

        Assert.Equal(0.5, frame.Width / frame.Height, 0.02);
        Assert.True(frame.Height <= 860 * 0.75 + 1, "It must fit the window.");
    }

    [GeneratedRegex("^2[4-6] % original")]
    private static partial Regex QuarterShown();
}
