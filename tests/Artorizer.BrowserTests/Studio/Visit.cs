using Microsoft.Playwright;

namespace Artorizer.BrowserTests.Studio;

/// <summary>One open page. When it is closed, whatever it complained about fails the test.</summary>
public sealed class Visit : IAsyncDisposable
{
    private const string RecordViolations =
        "document.addEventListener('securitypolicyviolation', e => console.error(`CSP violation: ${e.violatedDirective} ${e.blockedURI}`))";

    private readonly IBrowserContext _context;
    private readonly VisitOptions _options;
    private readonly Func<string?> _hostOutput;
    private readonly List<string> _complaints = [];

    private Visit(IBrowserContext context, IPage page, VisitOptions options, Func<string?> hostOutput)
    {
        _context = context;
        _options = options;
        _hostOutput = hostOutput;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                Complain($"{message.Type}: {message.Text}");
            }
        };
        page.PageError += (_, error) => Complain($"exception: {error}");
    }

    public IPage Page { get; }

    public static async Task<Visit> OpenAsync(IBrowser browser, Uri address, VisitOptions options, Func<string?> hostOutput)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(),
            ColorScheme = options.Colours,
            ReducedMotion = options.ReducedMotion ? ReducedMotion.Reduce : ReducedMotion.NoPreference,
            ViewportSize = new ViewportSize { Width = options.Width, Height = options.Height },
            AcceptDownloads = true,
        });
        context.SetDefaultTimeout(30_000);
        await context.AddInitScriptAsync(RecordViolations);
        var visit = new Visit(context, await context.NewPageAsync(), options, hostOutput);
        await visit.Page.GotoAsync("/");
        await Assertions.Expect(visit.Page.Locator("#jobs")).ToHaveAttributeAsync("aria-busy", "false");
        return visit;
    }

    /// <summary>The card of the job with this title.</summary>
    public ILocator Job(string title) =>
        Page.Locator(".job").Filter(new LocatorFilterOptions { Has = Page.Locator(".card-title", new PageLocatorOptions { HasTextString = title }) });

    /// <summary>The card of the upload with this title.</summary>
    public ILocator Upload(string title) => Page.Locator(".upload").Filter(new LocatorFilterOptions { HasTextString = title });

    /// <summary>Fills the sheet, adds pictures to those that are on it already, and sends it.</summary>
    public async Task SendAsync(string artist, params Picture[] pictures)
    {
        if (pictures.Length > 0)
        {
            await Page.SetInputFilesAsync("#files", pictures.Select(picture => picture.ToFile()));
        }

        await Page.GetByLabel("Artist", new() { Exact = true }).FillAsync(artist);
        await Page.Locator("#send").ClickAsync();
    }

    /// <summary>Waits until a job is protected and its two pictures are on the screen.</summary>
    public async Task<ILocator> ProtectedAsync(string title)
    {
        var job = Job(title);
        try
        {
            await Assertions.Expect(job).ToHaveAttributeAsync("data-status", "completed", new() { Timeout = 60_000 });
        }
        catch (Exception failure) when (_hostOutput() is { } output)
        {
            throw new InvalidOperationException($"The job did not complete. The host said:\n{output}", failure);
        }

        if (await job.Locator(".card-open").GetAttributeAsync("aria-expanded") == "false")
        {
            await job.Locator(".card-open").ClickAsync();
        }

        await Assertions.Expect(job.Locator(".frame[data-ready]")).ToBeVisibleAsync();
        return job;
    }

    /// <summary>Asks until it is true. Playwright's own waiting evaluates text in the page, which the page's policy forbids.</summary>
    public async Task EventuallyAsync(string expression)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await Page.EvaluateAsync<bool>(expression))
        {
            await Task.Delay(20, limit.Token);
        }
    }

    public Task ScreenshotAsync(string name, bool fullPage = false) => Page.ScreenshotAsync(new PageScreenshotOptions
    {
        Path = Path.Combine(Places.Screenshots, $"{name}.png"),
        FullPage = fullPage,
    });

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        lock (_complaints)
        {
            Assert.Empty(_complaints);
        }
    }

    private void Complain(string complaint)
    {
        if (!_options.ExpectedErrors.Any(expected => complaint.Contains(expected, StringComparison.Ordinal)))
        {
            lock (_complaints)
            {
                _complaints.Add(complaint);
            }
        }
    }
}
