using Artorizer.BrowserTests.Studio;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Artorizer.BrowserTests;

/// <summary>The page of a host that asks for keys.</summary>
public sealed class KeyTests(StudioFixture studio) : IAsyncLifetime
{
    private const string Key = "a-key-for-the-browser-tests";
    private static readonly VisitOptions RefusalExpected = new() { ExpectedErrors = ["401 (Unauthorized)"] };

    private StandaloneHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await StandaloneHost.StartAsync(
        new Dictionary<string, string?> { ["ApiKeys:Keys:0:Owner"] = "ines", ["ApiKeys:Keys:0:Key"] = Key },
        cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_key_is_asked_for_and_then_used_for_everything()
    {
        var picture = await studio.Pictures.JpegAsync("Behind the key");
        await using var visit = await studio.OpenAsync(_host.Address, RefusalExpected);
        var page = visit.Page;
        var field = page.GetByRole(AriaRole.Textbox, new() { Name = "API key" });
        await Expect(field).ToBeVisibleAsync();
        await Expect(page.Locator("#works-error")).ToContainTextAsync("The server asks for an API key.");

        await field.FillAsync(Key);
        await field.PressAsync("Enter");
        await Expect(field).ToBeHiddenAsync();
        await Expect(page.Locator("#works-error")).ToBeHiddenAsync();

        await visit.SendAsync("Ines Maréchal", picture);
        var job = await visit.ProtectedAsync(picture.Title);
        await Expect(job.Locator(".thumb img")).ToHaveJSPropertyAsync("naturalWidth", await NaturalWidthAsync(job));
        var download = await page.RunAndWaitForDownloadAsync(() => job.Locator(".file[data-variant=original]").ClickAsync());
        Assert.Equal(picture.Bytes, await File.ReadAllBytesAsync(await download.PathAsync(), TestContext.Current.CancellationToken));
        Assert.EndsWith(".jpg", download.SuggestedFilename, StringComparison.Ordinal);

        await page.ReloadAsync();
        await Expect(visit.Job(picture.Title)).ToHaveCountAsync(1);
        Assert.Null(await page.EvaluateAsync<string?>("localStorage.getItem('artorizer.key')"));

        await page.Locator("#key-toggle").ClickAsync();
        await page.GetByText("Forget it").ClickAsync();
        await Expect(visit.Job(picture.Title)).ToHaveCountAsync(0);
        await Expect(field).ToBeVisibleAsync();
        await Expect(field).ToHaveValueAsync("");
    }

    private static Task<int> NaturalWidthAsync(ILocator job) =>
        job.Locator(".thumb img").EvaluateAsync<int>("async image => (await image.decode(), image.naturalWidth)");
}
