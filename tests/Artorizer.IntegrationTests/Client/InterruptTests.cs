using System.Diagnostics;
using Artorizer.IntegrationTests.Api;

namespace Artorizer.IntegrationTests.Client;

/// <summary>Ctrl-C while the command line works.</summary>
public sealed class InterruptTests(ApiFixture api) : ClientTest(api)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("json", true)]
    [InlineData("json", false)]
    [InlineData("grpc", false)]
    public async Task Protecting_stops_leaves_no_half_file_and_goes_on_later(string protocol, bool upload)
    {
        const int Length = 12_000_000;
        const int Cut = 6_000_000;
        using var folder = new TemporaryFolder();
        var file = Large(Length);
        var outputs = Path.Combine(folder.Path, "out");
        string[] command =
            ["protect", folder.Write("large.jpg", file), "--artist", "Ada", "-o", outputs, "--variant", "original", "--protocol", protocol];
        await using (var network = Network(protocol, Host, upload ? null : [Cut], upload ? [Cut] : null))
        {
            // The connection stays until the command has ended: nothing but the signal ends it.
            var interrupted = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
            network.OnCut = async _ => await InterruptAsync(await interrupted.Task);
            using var process = Start([.. command, "--url", network.Address.AbsoluteUri, "--grpc-url", network.Address.AbsoluteUri]);
            interrupted.SetResult(process);
            await AssertCancelledAsync(process);
            Assert.Equal(1, network.Cuts);
        }

        Assert.DoesNotContain("large.jpg", Directory.GetFiles(outputs).Select(Path.GetFileName));

        await using var second = Network(protocol, Host);
        using var again = Start([.. command, "--url", second.Address.AbsoluteUri, "--grpc-url", second.Address.AbsoluteUri]);
        await again.WaitForExitAsync(Token);
        Assert.True(again.ExitCode == 0, await again.StandardError.ReadToEndAsync(Token));
        Assert.Equal(file, await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(outputs)), Token));
        var passed = upload ? second.Up : second.BytesDown;
        Assert.True(passed < Length - (Cut / 2), $"{passed} bytes passed again.");
    }

    [Theory]
    [InlineData("json")]
    [InlineData("grpc")]
    public async Task Watching_stops(string protocol)
    {
        var jobId = await Client.QueueAsync(new { type = "sleep", data = new { ms = 600_000 } });
        using var process = Start(
            "watch", jobId, "--protocol", protocol, "--url", Host.Address.AbsoluteUri, "--grpc-url", Host.GrpcAddress.AbsoluteUri);
        Assert.StartsWith("1\tqueued", await process.StandardOutput.ReadLineAsync(Token), StringComparison.Ordinal);

        await InterruptAsync(process);

        await AssertCancelledAsync(process);
        using var deleted = await Client.DeleteAsync(new Uri($"jobs/{jobId}", UriKind.Relative), Token);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("grpc")]
    public async Task Measuring_stops(string protocol)
    {
        var before = await ReceivedAsync();
        using var process = Start(
            "bench", "--duration", "600", "--concurrency", "4", "--protocol", protocol,
            "--url", Host.Address.AbsoluteUri, "--grpc-url", Host.GrpcAddress.AbsoluteUri);
        await Eventually.TrueAsync(async () => await ReceivedAsync() > before + 10);

        await InterruptAsync(process);

        await AssertCancelledAsync(process);
    }

    private async Task<double> ReceivedAsync() => (double)(await Client.GetJsonAsync("api/metrics"))["tasks_received"]!;

    private static async Task InterruptAsync(Process process)
    {
        Signals.Send(process, Signals.Interrupt);
        await process.WaitForExitAsync(Token).WaitAsync(Timeout, Token);
    }

    private static async Task AssertCancelledAsync(Process process)
    {
        await process.WaitForExitAsync(Token);
        Assert.Equal("artorizer: Cancelled.\n", await process.StandardError.ReadToEndAsync(Token));
        Assert.Equal(130, process.ExitCode);
    }

    private static Process Start(params string[] arguments) =>
        Process.Start(Signals.WithDefaultSignals("dotnet", [CommandLineTests.Program, .. arguments]))!;
}
