using System.Net.Http.Json;
using System.Text.Json;
using Artorizer.BrowserTests.Studio;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Artorizer.BrowserTests;

/// <summary>What goes wrong is said in a sentence, with what to do.</summary>
public sealed class ProblemTests(StudioFixture studio)
{
    private static readonly VisitOptions BadRequestExpected = new() { ExpectedErrors = ["400 (Bad Request)"] };

    [Fact]
    public async Task A_file_that_only_claims_to_be_a_picture_shows_what_the_server_says()
    {
        var broken = new Picture("Not really", "Not_really.jpg", "image/jpeg", "only its name says so"u8.ToArray(), 0, 0);
        await using var visit = await studio.OpenAsync(BadRequestExpected);

        await visit.SendAsync("Ines Maréchal", broken);

        var upload = visit.Upload(broken.Title);
        var (error, detail) = await ServersWordsAsync(broken);
        await Expect(upload.Locator(".notice b")).ToContainTextAsync(error);
        await Expect(upload.Locator(".notice")).ToContainTextAsync(detail);
        await Expect(upload.Locator(".notice")).ToContainTextAsync("export it again");
        await Expect(upload.GetByText("Try again", new() { Exact = true })).ToBeHiddenAsync();
        await Expect(visit.Page.Locator("#announcer")).ToContainTextAsync("was not sent");

        await upload.GetByText("Dismiss", new() { Exact = true }).ClickAsync();
        await Expect(upload).ToHaveCountAsync(0);
        await Expect(visit.Page.Locator("#works-title")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_file_of_another_kind_is_not_taken()
    {
        await using var visit = await studio.OpenAsync();

        await visit.Page.SetInputFilesAsync("#files", new FilePayload { Name = "notes.txt", MimeType = "text/plain", Buffer = "x"u8.ToArray() });

        await Expect(visit.Page.Locator("#files-error")).ToHaveTextAsync("notes.txt is not a picture.");
        await Expect(visit.Page.Locator(".pick")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_is_missing_is_said_where_it_is_missing()
    {
        await using var visit = await studio.OpenAsync();
        var page = visit.Page;

        await page.Locator("#send").ClickAsync();

        await Expect(page.Locator("#files-error")).ToHaveTextAsync("Choose at least one picture.");
        await Expect(page.Locator("#artist-error")).ToHaveTextAsync("Say whose work it is.");
        await Expect(page.Locator("#files")).ToBeFocusedAsync();
        await Expect(page.GetByLabel("Artist", new() { Exact = true })).ToHaveAttributeAsync("aria-invalid", "true");

        await page.GetByLabel("Artist", new() { Exact = true }).FillAsync("Ines Maréchal");
        await page.SetInputFilesAsync("#files", (await studio.Pictures.PngAsync("Without tags", 64, 64)).ToFile());
        await page.GetByText("Options", new() { Exact = true }).ClickAsync();
        await page.GetByLabel("Tags", new() { Exact = true }).FillAsync(string.Join(',', Enumerable.Range(0, 26)));
        await page.GetByText("Options", new() { Exact = true }).ClickAsync();
        await page.Locator("#send").ClickAsync();

        await Expect(page.Locator("#tags-error")).ToContainTextAsync("25 is the most");
        await Expect(page.GetByLabel("Tags", new() { Exact = true })).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_picture_sent_twice_leads_to_the_first_work()
    {
        var picture = await studio.Pictures.JpegAsync("Sent twice");
        await using var visit = await studio.OpenAsync();
        await visit.SendAsync("Ines Maréchal", picture);
        await visit.ProtectedAsync(picture.Title);

        await visit.SendAsync("Ines Maréchal", picture);

        await Expect(visit.Job(picture.Title).Locator(".notice")).ToContainTextAsync("You have sent this picture with the same wishes before");
        await Expect(visit.Job(picture.Title)).ToHaveCountAsync(1);
        await Expect(visit.Upload(picture.Title)).ToHaveCountAsync(0);

        await visit.Page.Locator("#options summary").ClickAsync();
        await visit.Page.Locator("#force").CheckAsync();
        await visit.SendAsync("Ines Maréchal", picture);

        await Expect(visit.Job(picture.Title)).ToHaveCountAsync(2);
        await Expect(visit.Job(picture.Title).First.Locator(".notice")).ToContainTextAsync("This is a new version of a picture");
    }

    [Fact]
    public async Task A_work_that_fails_says_why_and_can_be_tried_again()
    {
        var picture = PictureFiles.UndecodablePng("Lost within");
        await using var visit = await studio.OpenAsync();

        await visit.SendAsync("Ines Maréchal", picture);

        var job = visit.Job(picture.Title);
        await Expect(job).ToHaveAttributeAsync("data-status", "failed", new() { Timeout = 30_000 });
        await Expect(job.Locator(".notice b")).ToContainTextAsync("cannot be decoded");
        await Expect(job.Locator(".notice")).ToContainTextAsync("export it again");
        await Expect(job.Locator(".step[data-state=failed]")).ToHaveCountAsync(1);
        await Expect(visit.Page.Locator("#announcer")).ToContainTextAsync("Lost within failed");

        await visit.Page.ReloadAsync();
        await job.Locator(".card-open").ClickAsync();
        await visit.Page.EvaluateAsync("""
            () => {
              window.states = [];
              new MutationObserver((records) => window.states.push(...records.map((record) => record.oldValue)))
                .observe(document.querySelector(".job"), { attributeFilter: ["data-status"], attributeOldValue: true });
            }
            """);
        await job.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(visit.Page.Locator("#announcer")).ToContainTextAsync("is tried again");
        await Expect(job).ToHaveAttributeAsync("data-status", "failed", new() { Timeout = 30_000 });
        await visit.EventuallyAsync("window.states.includes('queued') || window.states.includes('processing')");
        await Expect(job.GetByRole(AriaRole.Button, new() { Name = "Try again" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_picture_that_browsers_cannot_show_is_previewed_and_says_so()
    {
        var picture = PictureFiles.Tiff("Scanned");
        await using var visit = await studio.OpenAsync();
        await visit.Page.SetInputFilesAsync("#files", picture.ToFile());
        await Expect(visit.Page.Locator(".pick .thumb-kind")).ToHaveTextAsync("tif");

        await visit.SendAsync("Ines Maréchal");

        var job = await visit.ProtectedAsync(picture.Title);
        await Expect(job.Locator("figcaption")).ToContainTextAsync("Browsers cannot show TIFF pictures, so this is a preview.");
        await Expect(job.GetByRole(AriaRole.Slider)).ToBeHiddenAsync();
        Assert.True(await job.Locator(".after").EvaluateAsync<int>("image => image.naturalWidth") > 100);
    }

    /// <summary>Asks the server itself, so that the page is held to its words.</summary>
    private async Task<(string Error, string Detail)> ServersWordsAsync(Picture picture)
    {
        using var client = new HttpClient { BaseAddress = studio.Address };
        using var image = new ByteArrayContent(picture.Bytes);
        image.Headers.ContentType = new(picture.ContentType);
        using var form = new MultipartFormDataContent
        {
            { new StringContent("Ines Maréchal"), "artist_name" },
            { new StringContent(picture.Title), "artwork_title" },
            { image, "image", picture.FileName },
        };
        using var answer = await client.PostAsync(new Uri("protect", UriKind.Relative), form, TestContext.Current.CancellationToken);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return (problem.GetProperty("error").GetString()!, problem.GetProperty("detail").GetString()!);
    }
}
