using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Artorizer.BrowserTests.Studio.StudioFixture))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Artorizer.BrowserTests.Studio;

/// <summary>
/// One host and one browser for all tests. <c>ARTORIZER_URL</c> names a running server to test instead of a host of our own;
/// <c>CHROMIUM</c> another browser than <c>/usr/bin/chromium</c>.
/// </summary>
public sealed class StudioFixture : IAsyncLifetime
{
    private StandaloneHost? _host;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public Uri Address { get; private set; } = null!;

    /// <summary>Pictures to send. Every call of the test run gets other ones, so that none is a duplicate by accident.</summary>
    public PictureMaker Pictures { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("ARTORIZER_URL") is { Length: > 0 } running)
        {
            Address = new Uri(running);
        }
        else
        {
            _host = await StandaloneHost.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
            Address = _host.Address;
        }

        MakeDriverExecutable();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Headless = true,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        });
        Pictures = new PictureMaker(_browser);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    /// <summary>Opens the page in a profile of its own.</summary>
    public Task<Visit> OpenAsync(VisitOptions? options = null) =>
        Visit.OpenAsync(_browser!, Address, options ?? new VisitOptions(), () => _host?.Output);

    /// <summary>Opens the page of another server, such as one that asks for keys.</summary>
    public Task<Visit> OpenAsync(Uri address, VisitOptions? options = null) =>
        Visit.OpenAsync(_browser!, address, options ?? new VisitOptions(), () => null);

    /// <summary>A package restored on some systems loses the mode of the driver it brings.</summary>
    private static void MakeDriverExecutable()
    {
        var driver = Path.Combine(AppContext.BaseDirectory, ".playwright", "node", "linux-x64", "node");
        if (OperatingSystem.IsLinux() && File.Exists(driver))
        {
            File.SetUnixFileMode(driver, File.GetUnixFileMode(driver) | UnixFileMode.UserExecute);
        }
    }
}
