using Artorizer.BrowserTests.Studio;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Artorizer.BrowserTests;

/// <summary>Usable by keyboard, by screen reader, on a narrow screen, and legible in both schemes.</summary>
public sealed class AccessibilityTests(StudioFixture studio)
{
    private static readonly HashSet<string> Controls =
        ["button", "link", "textbox", "slider", "radio", "checkbox", "combobox", "DisclosureTriangle", "progressbar", "dialog", "image"];

    private const string Reachable = """
        () => {
          const id = (e) => e.id || [...document.querySelectorAll("*")].indexOf(e);
          const all = [...document.querySelectorAll("a[href], button, input, select, summary")]
            .filter((e) => e.checkVisibility() && !e.disabled && (e.type !== "radio" || e.checked));
          return all.map((e) => String(id(e)));
        }
        """;

    private const string Focused = """
        () => {
          const e = document.activeElement;
          return e === document.body ? null : String(e.id || [...document.querySelectorAll("*")].indexOf(e));
        }
        """;

    private const string PoorContrast = """
        () => {
          const channels = (colour) => {
            const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
            context.fillStyle = colour;
            context.fillRect(0, 0, 1, 1);
            return [...context.getImageData(0, 0, 1, 1).data];
          };
          const luminance = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
            .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
            .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = (element) => {
            for (let e = element; e; e = e.parentElement) {
              const colour = channels(getComputedStyle(e).backgroundColor);
              if (colour[3] === 255) return colour;
            }
            return [255, 255, 255, 255];
          };
          const poor = [];
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) {
            const element = texts.currentNode.parentElement;
            if (!texts.currentNode.data.trim() || !element.checkVisibility() || element.closest(".frame, .unseen, .skip, template")) continue;
            const style = getComputedStyle(element);
            const [light, dark] = [luminance(channels(style.color)), luminance(ground(element))].sort((a, b) => b - a);
            const ratio = (light + 0.05) / (dark + 0.05);
            const isLarge = parseFloat(style.fontSize) >= 24 || parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700;
            if (ratio < (isLarge ? 3 : 4.5)) poor.push(`${ratio.toFixed(2)} ${texts.currentNode.data.trim()}`);
          }
          return poor;
        }
        """;

    [Fact]
    public async Task Every_control_has_a_name()
    {
        await using var visit = await OpenWithWorkAsync("Named by all");

        var session = await visit.Page.Context.NewCDPSessionAsync(visit.Page);
        var tree = (await session.SendAsync("Accessibility.getFullAXTree"))!.Value;

        var nameless = new List<string>();
        var found = 0;
        foreach (var node in tree.GetProperty("nodes").EnumerateArray().Where(node => !node.GetProperty("ignored").GetBoolean()))
        {
            var role = node.GetProperty("role").GetProperty("value").GetString()!;
            if (!Controls.Contains(role))
            {
                continue;
            }

            found++;
            if (string.IsNullOrWhiteSpace(node.GetProperty("name").GetProperty("value").GetString()))
            {
                nameless.Add(node.GetRawText());
            }
        }

        Assert.True(found > 25, $"Only {found} controls were found.");
        Assert.Empty(nameless);
        foreach (var landmark in new[] { AriaRole.Banner, AriaRole.Main, AriaRole.Contentinfo })
        {
            await Expect(visit.Page.GetByRole(landmark)).ToHaveCountAsync(1);
        }
    }

    [Fact]
    public async Task Tab_reaches_every_control_in_order()
    {
        await using var visit = await OpenWithWorkAsync("Reached by all");
        var page = visit.Page;
        // A click of a script leaves the focus, and so the first Tab, at the start of the page.
        await page.ReloadAsync();
        await visit.Job("Reached by all").Locator(".card-open").EvaluateAsync("opener => opener.click()");
        await visit.ProtectedAsync("Reached by all");
        var reachable = await page.EvaluateAsync<string[]>(Reachable);

        var reached = new List<string>();
        for (var i = 0; i < reachable.Length + 5; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<string?>(Focused) is not { } focused || focused == reached.FirstOrDefault())
            {
                break;
            }

            reached.Add(focused);
        }

        Assert.Equal(reachable, reached);
    }

    [Fact]
    public async Task The_first_tab_offers_to_skip_to_the_works()
    {
        await using var visit = await studio.OpenAsync();

        await visit.Page.Keyboard.PressAsync("Tab");
        await Expect(visit.Page.GetByText("Skip to your works")).ToBeInViewportAsync();
        await visit.Page.Keyboard.PressAsync("Enter");

        await Expect(visit.Page.Locator("#works")).ToBeFocusedAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Text_stands_out_from_its_ground(ColorScheme colours)
    {
        await using var visit = await OpenWithWorkAsync($"Legible in {colours}", new VisitOptions { Colours = colours });
        await visit.Page.GetByText("Options", new() { Exact = true }).ClickAsync();
        await visit.Page.Locator("#key-toggle").ClickAsync();

        Assert.Empty(await visit.Page.EvaluateAsync<string[]>(PoorContrast));
    }

    [Fact]
    public async Task A_narrow_screen_needs_no_sideways_scrolling()
    {
        await using var visit = await OpenWithWorkAsync(
            "A rather long title that has no room on a narrow screen", new VisitOptions { Width = 360, Height = 740 });
        await visit.Page.GetByText("Options", new() { Exact = true }).ClickAsync();
        await visit.Page.Locator("#key-toggle").ClickAsync();

        var (shown, needed) = (
            await visit.Page.EvaluateAsync<int>("document.documentElement.clientWidth"),
            await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));

        await visit.ScreenshotAsync("narrow", fullPage: true);
        Assert.Equal(shown, needed);
    }

    [Fact]
    public async Task Nothing_moves_when_less_motion_is_wanted()
    {
        await using var visit = await studio.OpenAsync(new VisitOptions { ReducedMotion = true });

        var slowest = await visit.Page.EvaluateAsync<double>(
            "Math.max(...[...document.querySelectorAll('*')].map(e => parseFloat(getComputedStyle(e).transitionDuration)))");

        Assert.True(slowest < 0.001);
    }

    [Fact]
    public async Task The_page_stands_still_while_it_loads()
    {
        await using var visit = await OpenWithWorkAsync("Stands still");
        await visit.Page.AddInitScriptAsync("""
            window.shift = 0;
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) window.shift += entry.hadRecentInput ? 0 : entry.value;
            }).observe({ type: "layout-shift", buffered: true });
            """);

        await visit.Page.ReloadAsync();
        await Expect(visit.Job("Stands still").Locator(".thumb img")).ToHaveJSPropertyAsync("complete", true);
        await visit.Page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");

        Assert.InRange(await visit.Page.EvaluateAsync<double>("window.shift"), 0, 0.02);
    }

    private async Task<Visit> OpenWithWorkAsync(string title, VisitOptions? options = null)
    {
        var picture = await studio.Pictures.JpegAsync(title);
        var visit = await studio.OpenAsync(options);
        await visit.SendAsync("Ines Maréchal", picture);
        await visit.ProtectedAsync(title);
        return visit;
    }
}
