using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Artorizer.AppHostTests;

/// <summary>Artorizer.Standalone without an SDK or Aspire: one folder, as deploy/artorizer.service runs it.</summary>
[Collection(nameof(RunningCollection))]
public sealed class PublishedFolderTests(PublishedFolder folder) : IClassFixture<PublishedFolder>, IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("artorizer-standalone-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ServesAndStopsCleanlyAndKeepsItsData()
    {
        string job;
        await using (var first = StandaloneProcess.Start(folder, _data.FullName))
        {
            Assert.Equal("READY=1", await first.NotificationAsync(Token));

            // No waiting: at its word everything is up.
            using var browser = new HttpClient { BaseAddress = first.Http };
            Assert.Contains("<title>", await browser.GetStringAsync(new Uri("/", UriKind.Relative), Token), StringComparison.Ordinal);
            using var client = new JobsClient(first.Http, first.Grpc);
            job = await client.SubmitPictureAsync();
            await client.QueueSleepAsync(10);
            await client.AssertAllCompletedAsync();

            first.Terminate();
            Assert.Equal("STOPPING=1", await first.NotificationAsync(Token));
            Assert.Equal(0, await first.EndAsync(Token));
            Assert.DoesNotContain("fail:", first.Output, StringComparison.Ordinal);
        }

        await using var second = StandaloneProcess.Start(folder, _data.FullName);
        Assert.Equal("READY=1", await second.NotificationAsync(Token));
        using var later = new HttpClient { BaseAddress = second.Http };
        using var download = await later.GetAsync(new Uri($"jobs/{job}/download/protected", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.OK, download.StatusCode);
        second.Terminate();
        Assert.Equal(0, await second.EndAsync(Token));
    }

    [Fact]
    public async Task HelpNamesEveryOption()
    {
        var (exitCode, output) = await folder.RunAsync(new Dictionary<string, string>(), "--help");

        Assert.Equal(0, exitCode);
        Assert.All(
            (string[])["--address", "--port", "--grpc-port", "--processor-port", "--data", "new-key"],
            name => Assert.Contains(name, output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Host__Port", "abc", "Host:Port")]
    [InlineData("Host__Port", "70000", "Port")]
    [InlineData("Host__Address", "nowhere", "--address")]
    [InlineData("Host__Data", "/proc/artorizer", "--data")]
    [InlineData("Worker__ShutdownGrace", "soon", "Worker:ShutdownGrace")]
    [InlineData("Worker__Concurrency", "0", "Concurrency")]
    public async Task AWrongSettingIsRefusedInASentenceThatNamesIt(string name, string value, string expected)
    {
        var environment = Settings();
        environment[name] = value;

        await AssertRefusedAsync(environment, expected);
    }

    [Fact]
    public async Task APortInUseIsRefusedInASentenceThatNamesIt()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var environment = Settings();
        environment["Host__GrpcPort"] = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        await AssertRefusedAsync(environment, "--grpc-port");
    }

    [Fact]
    public async Task AKeyIsMadeWhereTheServiceLooksForIt()
    {
        // As a unit's environment has it.
        var (exitCode, _) = await folder.RunAsync(Settings(), "new-key", "ada");

        Assert.Equal(0, exitCode);
        Assert.Contains("ada", await File.ReadAllTextAsync(Path.Combine(_data.FullName, "apikeys.json"), Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{ "ApiKeys": [] }""")]
    [InlineData("""{ "ApiKeys": { "Keys": {} } }""")]
    public async Task ADamagedFileOfKeysIsLeftAsItIs(string damaged)
    {
        var file = Path.Combine(_data.FullName, "apikeys.json");
        await File.WriteAllTextAsync(file, damaged, Token);

        var (exitCode, output) = await folder.RunAsync(Settings(), "new-key", "ada");

        Assert.Equal(1, exitCode);
        Assert.Contains("apikeys.json", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.Equal(damaged, await File.ReadAllTextAsync(file, Token));
    }

    public void Dispose() => _data.Delete(recursive: true);

    private Dictionary<string, string> Settings()
    {
        var ports = LocalServers.LocalProcess.FreePorts(3);
        return new Dictionary<string, string>
        {
            ["Host__Data"] = _data.FullName,
            ["Host__Port"] = ports[0].ToString(CultureInfo.InvariantCulture),
            ["Host__GrpcPort"] = ports[1].ToString(CultureInfo.InvariantCulture),
            ["Host__ProcessorPort"] = ports[2].ToString(CultureInfo.InvariantCulture),
        };
    }

    private async Task AssertRefusedAsync(Dictionary<string, string> environment, string expected)
    {
        var (exitCode, output) = await folder.RunAsync(environment);

        Assert.Equal(1, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("is ready", output, StringComparison.Ordinal);
    }
}
