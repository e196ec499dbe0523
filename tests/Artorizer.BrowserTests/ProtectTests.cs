using Artorizer.BrowserTests.Studio;
using static Microsoft.Playwright.Assertions;

namespace Artorizer.BrowserTests;

/// <summary>The whole job: pictures in, protected pictures out.</summary>
public sealed class ProtectTests(StudioFixture studio)
{
    private const string RecordSteps = """
        () => {
          window.seen = [];
          new MutationObserver((records) => {
            for (const { target, oldValue, attributeName, removedNodes } of records) {
              if (attributeName === "data-state") window.seen.push(oldValue, target.dataset.state);
              for (const node of removedNodes) if (target.className === "card-sub") window.seen.push(node.textContent);
            }
          }).observe(document.getElementById("jobs"), { subtree: true, childList: true, attributes: true, attributeOldValue: true });
        }
        """;

    private const string Compare = """
        async (job) => {
          const pixels = (image) => {
            const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
            const context = canvas.getContext("2d");
            context.drawImage(image, 0, 0);
            return context.getImageData(0, 0, canvas.width, canvas.height).data;
          };
          const before = job.querySelector(".before"), after = job.querySelector(".after");
          const a = pixels(before), b = pixels(after);
          let squares = 0, largest = 0, changed = 0;
          for (let i = 0; i < a.length; i++) {
            const difference = Math.abs(a[i] - b[i]);
            squares += difference * difference;
            largest = Math.max(largest, difference);
            changed += difference > 0;
          }
          return {
            width: after.naturalWidth, height: after.naturalHeight, beforeWidth: before.naturalWidth, beforeHeight: before.naturalHeight,
            changed, largest, psnr: 10 * Math.log10(255 * 255 / (squares / (a.length * 3 / 4))),
          };
        }
        """;

    [Fact]
    public async Task Two_pictures_sent_together_come_back_protected()
    {
        var jpeg = await studio.Pictures.JpegAsync("Two at once by the sea");
        var png = await studio.Pictures.PngAsync("Two at once in the hills");
        await using var visit = await studio.OpenAsync();
        await visit.Page.EvaluateAsync(RecordSteps);

        await visit.SendAsync("Ines Maréchal", jpeg, png);
        foreach (var picture in new[] { jpeg, png })
        {
            var job = await visit.ProtectedAsync(picture.Title);
            var compared = await job.EvaluateAsync<Comparison>(Compare);

            Assert.Equal((picture.Width, picture.Height), (compared.Width, compared.Height));
            Assert.Equal((picture.Width, picture.Height), (compared.BeforeWidth, compared.BeforeHeight));
            Assert.True(compared.Changed > 0, "The protected picture is the original.");
            Assert.True(compared.Psnr > 35, $"PSNR is {compared.Psnr:F1} dB.");
            await Expect(job.Locator(".card-sub")).ToContainTextAsync("Ines Maréchal");
            await Expect(job.Locator(".hash").First).ToContainTextAsync("0x");
        }

        var seen = await visit.Page.EvaluateAsync<string[]>("window.seen");
        Assert.Contains(seen, text => text is not null && text.StartsWith("Step ", StringComparison.Ordinal));
        await Expect(visit.Page.Locator("#announcer")).ToContainTextAsync("protected");
    }

    [Fact]
    public async Task A_single_picture_shows_its_steps_as_they_happen()
    {
        var picture = await studio.Pictures.JpegAsync("Steps on the way");
        await using var visit = await studio.OpenAsync();
        await visit.Page.EvaluateAsync(RecordSteps);

        await visit.SendAsync("Ines Maréchal", picture);
        var job = await visit.ProtectedAsync(picture.Title);

        var seen = await visit.Page.EvaluateAsync<string[]>("window.seen");
        Assert.Contains("running", seen);
        await job.Locator(".steps-part summary").ClickAsync();
        var states = await job.Locator(".step").EvaluateAllAsync<string[]>("steps => steps.map(step => step.dataset.state)");
        Assert.True(states.Length >= 3, $"Only {states.Length} steps.");
        Assert.All(states, state => Assert.Equal("completed", state));
    }

    [Fact]
    public async Task Titles_tags_and_options_arrive()
    {
        var picture = await studio.Pictures.PngAsync("Named otherwise");
        await using var visit = await studio.OpenAsync();
        var page = visit.Page;

        await page.SetInputFilesAsync("#files", picture.ToFile());
        await Expect(page.GetByLabel("Title", new() { Exact = true })).ToHaveValueAsync(picture.Title);
        await page.GetByLabel("Title", new() { Exact = true }).FillAsync("Überfahrt — 夜の海");
        await page.GetByLabel("Artist", new() { Exact = true }).FillAsync("Søren Łoś");
        await page.GetByText("Options", new() { Exact = true }).ClickAsync();
        await page.GetByLabel("Tags", new() { Exact = true }).FillAsync("sea, night ,sea");
        await page.Locator("[name=strategy][value=visible]").CheckAsync();
        await page.GetByLabel("Watermark text", new() { Exact = true }).FillAsync("© Łoś");
        await page.GetByLabel("Priority", new() { Exact = true }).SelectOptionAsync("8");
        await page.Locator("#send").ClickAsync();

        var job = await visit.ProtectedAsync("Überfahrt — 夜の海");
        await Expect(job.Locator(".facts")).ToContainTextAsync("Søren Łoś");
        await Expect(job.Locator(".facts")).ToContainTextAsync("sea, night");
        var compared = await job.EvaluateAsync<Comparison>(Compare);
        Assert.True(compared.Largest > 20, "The visible watermark cannot be seen.");
    }

    [Theory]
    [InlineData("storage")]
    [InlineData("grpc")]
    [InlineData("direct")]
    public async Task Waiting_ways_end_the_same(string via)
    {
        var picture = await studio.Pictures.JpegAsync($"Sent via {via}");
        await using var visit = await studio.OpenAsync();
        await visit.Page.GetByText("Options", new() { Exact = true }).ClickAsync();
        await visit.Page.GetByLabel("Via", new() { Exact = true }).SelectOptionAsync(via);

        await visit.SendAsync("Ines Maréchal", picture);

        var job = await visit.ProtectedAsync(picture.Title);
        await Expect(job.Locator(".file")).Not.ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Works_are_still_there_after_a_reload_and_can_be_deleted()
    {
        var picture = await studio.Pictures.JpegAsync("Kept and let go");
        await using var visit = await studio.OpenAsync();
        await visit.SendAsync("Ines Maréchal", picture);
        await visit.ProtectedAsync(picture.Title);

        await visit.Page.ReloadAsync();
        var job = await visit.ProtectedAsync(picture.Title);
        await job.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await visit.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Keep it" }).ClickAsync();
        await Expect(job).ToBeVisibleAsync();
        await job.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await visit.Page.Locator("#ask [value=yes]").ClickAsync();

        await Expect(visit.Job(picture.Title)).ToHaveCountAsync(0);
        await visit.Page.ReloadAsync();
        await Expect(visit.Page.Locator("#jobs")).ToHaveAttributeAsync("aria-busy", "false");
        await Expect(visit.Job(picture.Title)).ToHaveCountAsync(0);
    }

    private sealed record Comparison
    {
        public int Width { get; init; }

        public int Height { get; init; }

        public int BeforeWidth { get; init; }

        public int BeforeHeight { get; init; }

        public int Changed { get; init; }

        public int Largest { get; init; }

        public double Psnr { get; init; }
    }
}
