using Artorizer.BrowserTests.Studio;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Artorizer.BrowserTests;

/// <summary>Sending, on a line slow enough to watch it.</summary>
public sealed class UploadTests(StudioFixture studio)
{
    [Fact]
    public async Task Three_are_sent_at_a_time_and_one_can_be_cancelled()
    {
        var pictures = new List<Picture>();
        for (var i = 1; i <= 5; i++)
        {
            pictures.Add(await studio.Pictures.JpegAsync($"Slow boat {i}", 480, 320));
        }

        await using var visit = await studio.OpenAsync();
        var line = await LimitAsync(visit.Page, bytesPerSecond: 30_000);
        await visit.SendAsync("Ines Maréchal", [.. pictures]);

        await Expect(visit.Page.Locator(".upload .card-sub").Filter(new() { HasText = "Waiting for the others" })).ToHaveCountAsync(2);
        await Expect(visit.Page.Locator(".upload .card-sub").Filter(new() { HasText = "Sending · " })).ToHaveCountAsync(3);
        await visit.EventuallyAsync("[...document.querySelectorAll('.upload .bar')].some(bar => bar.value > 0 && bar.value < 100)");

        await visit.Upload("Slow boat 1").GetByText("Cancel", new() { Exact = true }).ClickAsync();
        await visit.Upload("Slow boat 5").GetByText("Cancel", new() { Exact = true }).ClickAsync();
        await Expect(visit.Page.Locator(".upload")).ToHaveCountAsync(3);
        await line.SendAsync("Network.emulateNetworkConditions", Conditions(-1));

        foreach (var title in new[] { "Slow boat 2", "Slow boat 3", "Slow boat 4" })
        {
            await visit.ProtectedAsync(title);
        }

        await visit.Page.ReloadAsync();
        await Expect(visit.Job("Slow boat 4")).ToHaveCountAsync(1);
        await Expect(visit.Job("Slow boat 1")).ToHaveCountAsync(0);
        await Expect(visit.Job("Slow boat 5")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_broken_line_is_said_and_trying_again_makes_one_work()
    {
        var picture = await studio.Pictures.JpegAsync("Through the tunnel");
        await using var visit = await studio.OpenAsync(new VisitOptions { ExpectedErrors = ["ERR_INTERNET_DISCONNECTED"] });
        await visit.Page.Context.SetOfflineAsync(true);

        await visit.SendAsync("Ines Maréchal", picture);
        await Expect(visit.Upload(picture.Title).Locator(".notice")).ToContainTextAsync("The server could not be reached.");
        await visit.Page.Context.SetOfflineAsync(false);
        await visit.Upload(picture.Title).GetByText("Try again", new() { Exact = true }).ClickAsync();

        await visit.ProtectedAsync(picture.Title);
        await Expect(visit.Job(picture.Title)).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Pictures_can_be_dropped_and_pasted()
    {
        await using var visit = await studio.OpenAsync();

        await visit.Page.EvaluateAsync("""
            async () => {
              const file = async (name) => {
                const canvas = new OffscreenCanvas(40, 30);
                canvas.getContext("2d").fillRect(0, 0, 20, 30);
                return new File([await canvas.convertToBlob()], name, { type: "image/png" });
              };
              const dropped = new DataTransfer();
              dropped.items.add(await file("dropped.png"));
              document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
              const pasted = new DataTransfer();
              pasted.items.add(await file("pasted.png"));
              document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: pasted, bubbles: true, cancelable: true }));
            }
            """);

        await Expect(visit.Page.GetByLabel("Title", new() { Exact = true })).ToHaveCountAsync(2);
        await Expect(visit.Page.Locator("#send")).ToHaveTextAsync("Protect 2 pictures");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Remove dropped.png" }).ClickAsync();
        await Expect(visit.Page.GetByLabel("Title", new() { Exact = true })).ToHaveValueAsync("pasted");
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Remove pasted.png" })).ToBeFocusedAsync();
    }

    private static async Task<ICDPSession> LimitAsync(IPage page, int bytesPerSecond)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("Network.enable");
        await session.SendAsync("Network.emulateNetworkConditions", Conditions(bytesPerSecond));
        return session;
    }

    private static Dictionary<string, object> Conditions(int uploadThroughput) => new()
    {
        ["offline"] = false,
        ["latency"] = 0,
        ["downloadThroughput"] = -1,
        ["uploadThroughput"] = uploadThroughput,
    };
}
