using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Artorizer.AppHostTests;

/// <summary>The AppHost as a user starts it: what it says, what the dashboard shows, and that nothing stays behind.</summary>
[Collection(nameof(RunningCollection))]
public sealed partial class StartTests
{
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(40);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("embedded", "artorizer")]
    [InlineData("local", "cache,processor,queue,router,s3,storage,worker")]
    public async Task ItTellsWhereEverythingIsShowsItOnTheDashboardAndLeavesNothingBehind(string servers, string resources)
    {
        var data = Directory.CreateTempSubdirectory("artorizer-start-tests-");
        var ports = LocalServers.LocalProcess.FreePorts(2);
        string[] settings =
        [$"--Artorizer:Servers={servers}", $"--Artorizer:Port={ports[0]}", $"--Artorizer:GrpcPort={ports[1]}", $"--Artorizer:Data={data.FullName}"];
        int process;
        await using (var host = AppHostProcess.Start(null, settings))
        {
            process = host.Id;
            await host.WaitForAsync("Ctrl-C stops everything", Token);
            using var http = new HttpClient();
            using var page = await http.GetAsync(new Uri(Line(host, "Web page")), Token);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            using var description = await http.GetAsync(new Uri(Line(host, "HTTP API")), Token);
            Assert.Equal(HttpStatusCode.OK, description.StatusCode);
            Assert.Equal($"http://localhost:{ports[1]}", Line(host, "gRPC"));
            Assert.NotEmpty(host.Started());

            await AssertShownAsync(Line(host, "Dashboard"), resources.Split(','));

            Assert.Equal(0, await host.StopAsync(Token));
            await Eventually.TrueAsync(() => host.Started().Length == 0, EndTimeout, () => string.Join('\n', host.Started()));
        }

        Assert.DoesNotContain(
            Directory.EnumerateDirectories(Path.GetTempPath(), "artorizer-apphost-*"),
            folder => folder.Contains($"-{process}-", StringComparison.Ordinal));
        data.Delete(recursive: true);
    }

    [Fact]
    public async Task MissingServersAreNamedBeforeAnythingStarts()
    {
        var dotnet = Path.GetDirectoryName(Environment.ProcessPath!)!;
        await using var host = AppHostProcess.Start(new Dictionary<string, string> { ["PATH"] = dotnet }, "--Artorizer:Servers=local");

        Assert.Equal(1, await host.EndAsync(Token));
        var sentence = Assert.Single(host.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.StartsWith("Servers=local needs these Debian packages, which are not installed: redis-server, ", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Artorizer:Servers=nonsense", "embedded, local or containers")]
    [InlineData("--Artorizer:Workers=0", "Workers")]
    [InlineData("--Artorizer:Port=70000", "Port")]
    [InlineData("--Artorizer:Address=* --Artorizer:Routers=2", "Routers=1")]
    public async Task AWrongSettingIsRefusedInASentence(string settings, string expected)
    {
        await using var host = AppHostProcess.Start(null, settings.Split(' '));

        Assert.Equal(1, await host.EndAsync(Token));
        Assert.Contains(expected, Assert.Single(host.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    // In a real browser: the page is drawn by scripts.
    private static async Task AssertShownAsync(string address, string[] resources)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1400, Height = 900 } });
        await page.GotoAsync(address);
        foreach (var resource in resources)
        {
            // A replica has a suffix.
            await Assertions.Expect(page.GetByText(new Regex($"^{resource}(-[a-z]+)?$")).First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        }

        await page.ScreenshotAsync(
            new PageScreenshotOptions { Path = Path.Combine(AppContext.BaseDirectory, "screenshots", $"dashboard-{resources.Length}.png") });
    }

    private static string Line(AppHostProcess host, string name) =>
        Lines().Matches(host.Output).First(match => match.Groups[1].Value == name).Groups[2].Value;

    [GeneratedRegex(@"^\s+(Web page|HTTP API|gRPC|Dashboard) +(\S+)\r?$", RegexOptions.Multiline)]
    private static partial Regex Lines();
}
