using System.Diagnostics;
using System.Text.Json.Nodes;
using Artorizer.IntegrationTests.Api;
using Artorizer.IntegrationTests.Uploads;

namespace Artorizer.IntegrationTests.Client;

/// <summary>The command line as a process, as scripts run it.</summary>
public sealed class CommandLineTests(ApiFixture api) : ClientTest(api)
{
    /// <summary>The program as it was built.</summary>
    internal static string Program => Path.Combine(Repository.OutputOf("Artorizer.Cli"), "artorizer.dll");

    [Theory]
    [InlineData("json")]
    [InlineData("grpc")]
    public async Task Two_images_come_back_and_a_second_run_skips_them(string protocol)
    {
        using var folder = new TemporaryFolder();
        folder.Write("one.png", Api.Picture("photo.png"));
        folder.Write("zwei ü.jpg", Api.Picture("photo.jpg"));
        var outputs = Path.Combine(folder.Path, "out");
        string[] command =
        [
            "protect", folder.Path, "--artist", "Ada", "-o", outputs, "--variant",
            "protected", "--variant", "summary", "--protocol", protocol, "--json",
        ];

        var (code, first, error) = await RunAsync(command);
        Assert.True(code == 0, error);
        Assert.Equal(["completed", "completed"], Lines(first).Select(line => (string)line["status"]!));
        Assert.Equal(
            ["one.png", "one.png.summary.json", "zwei ü.jpg", "zwei ü.jpg.summary.json"],
            Directory.GetFiles(outputs).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(
            Directory.GetFiles(outputs).Order(StringComparer.Ordinal),
            Lines(first).SelectMany(line => line["outputs"]!.AsArray()).Select(path => (string)path!).Order(StringComparer.Ordinal));
        Assert.Equal("zwei ü", (string?)JsonNode.Parse((await RunAsync("jobs", "get", Id(first, "zwei ü.jpg"), "--json")).Output)!["title"]);

        var (_, second, _) = await RunAsync(command);
        Assert.Equal(["skipped", "skipped"], Lines(second).Select(line => (string)line["status"]!));

        // A result that is gone comes back, from the same job.
        File.Delete(Path.Combine(outputs, "one.png"));
        var (_, third, _) = await RunAsync(command);
        Assert.Equal(["completed", "skipped"], Lines(third).Select(line => (string)line["status"]!).Order());
        Assert.Equal(Id(first, "one.png"), Id(third, "one.png"));
        Assert.True(File.Exists(Path.Combine(outputs, "one.png")));
    }

    [Fact]
    public async Task What_fails_is_told_and_the_rest_is_done()
    {
        using var folder = new TemporaryFolder();
        var good = folder.Write("good.png", Api.Picture("photo.png"));
        var bad = folder.Write("bad.png", "no image"u8.ToArray());

        var (code, output, error) = await RunAsync("protect", good, bad, "--artist", "Ada", "-o", Path.Combine(folder.Path, "out"));

        Assert.Equal(1, code);
        Assert.StartsWith($"completed\t{good}\t", output, StringComparison.Ordinal);
        Assert.Contains($"{bad}: Invalid image file format", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output + error);
    }

    [Fact]
    public async Task What_was_not_done_is_said_and_strict_scripts_hear_it()
    {
        using var folder = new TemporaryFolder();
        var small = folder.Write("small.png", Api.Picture("tiny.png"));
        var (code, _, error) = await RunAsync("protect", small, "--artist", "Ada");
        Assert.Equal(0, code);
        Assert.Contains($"{small}: The image is too small for a watermark", error, StringComparison.Ordinal);

        (code, var output, _) = await RunAsync("protect", small, "--artist", "Ada", "--strict", "--json");
        Assert.Equal(1, code);
        Assert.Single(Lines(output)[0]["warnings"]!.AsArray());
    }

    [Fact]
    public async Task Tasks_are_queued_shown_and_deleted()
    {
        var (code, output, _) = await RunAsync("tasks", "queue", "echo", """{"a":[0,""]}""", "--wait", "--json");
        var task = JsonNode.Parse(output)!;
        Assert.Equal((0, "completed", """{"a":[0,""]}"""), (code, (string)task["status"]!, task["result"]!.ToJsonString()));

        var id = task["id"]!.ToJsonString();
        Assert.Contains(id, (await RunAsync("tasks", "list", "--limit", "1000")).Output.Split('\n').Select(line => line.Split('\t')[0]));
        Assert.Equal(0, (await RunAsync("tasks", "delete", id)).Code);
        (code, _, var error) = await RunAsync("tasks", "get", id);
        Assert.Equal((1, "artorizer: Task not found\n"), (code, error));

        (code, output, _) = await RunAsync("tasks", "queue", "no_such_handler", "--wait", "--json");
        Assert.Equal((1, "failed"), (code, (string)JsonNode.Parse(output)!["status"]!));
    }

    [Fact]
    public async Task A_job_is_watched_and_its_files_downloaded()
    {
        using var folder = new TemporaryFolder();
        var image = folder.Write("a.png", Api.Picture("photo.png"));
        var id = (string)Lines((await RunAsync("protect", image, "--artist", "Ada", "--json")).Output)[0]["job_id"]!;

        var (code, output, _) = await RunAsync("watch", id, "--json");
        Assert.Equal(0, code);
        Assert.Equal("completed", (string?)Lines(output)[^1]["type"]);
        (code, output, _) = await RunAsync("jobs", "download", id, "mask", "-o", folder.Path);
        Assert.Equal((0, Path.Combine(folder.Path, $"{id}.mask.sac")), (code, output.TrimEnd()));
        Assert.Equal("SAC1"u8.ToArray(), File.ReadAllBytes(output.TrimEnd())[..4]);
        Assert.Contains(id, JsonNode.Parse((await RunAsync("jobs", "list", "--json")).Output)!.AsArray().Select(job => (string?)job!["job_id"]));
        Assert.Equal(0, (await RunAsync("jobs", "delete", id)).Code);
        Assert.Equal(1, (await RunAsync("jobs", "get", id)).Code);
    }

    [Theory]
    [InlineData(2, "tasks")]
    [InlineData(2, "nonsense")]
    [InlineData(2, "protect", "a.png")]
    [InlineData(2, "protect", "no-such-file.png", "--artist", "Ada")]
    [InlineData(2, "tasks", "queue", "echo", "no json")]
    [InlineData(2, "tasks", "list", "--limit", "0")]
    [InlineData(2, "tasks", "list", "--protocol", "soap")]
    [InlineData(2, "tasks", "list", "--url", "nowhere")]
    [InlineData(3, "tasks", "list", "--url", "http://127.0.0.1:1", "--retries", "0")]
    [InlineData(3, "bench", "--url", "http://127.0.0.1:1", "--retries", "0")]
    public async Task Exit_codes_tell_scripts_what_went_wrong(int expected, params string[] arguments)
    {
        var (code, _, error) = await RunAsync(arguments);
        Assert.Equal(expected, code);
        Assert.NotEmpty(error);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Originals_are_never_overwritten()
    {
        using var folder = new TemporaryFolder();
        var image = folder.Write("a.png", Api.Picture("photo.png"));
        Assert.Equal(2, (await RunAsync("protect", image, "--artist", "Ada", "-o", folder.Path)).Code);
    }

    [Fact]
    public async Task Cancelling_gives_130()
    {
        // Its own task, not one that another test has left: before that the command may not even have begun to listen.
        using var client = Connect("json");
        var before = (await client.ListTasksAsync(1000, Token)).Select(task => task.Id).ToHashSet();
        using var process = Start("tasks", "queue", "sleep", """{"ms":60000}""", "--wait");
        await Eventually.TrueAsync(async () => (await client.ListTasksAsync(1000, Token)).Any(t => t.TaskType == "sleep" && !before.Contains(t.Id)));

        Signals.Send(process, Signals.Terminate);
        await process.WaitForExitAsync(Token);

        Assert.Equal(130, process.ExitCode);
        foreach (var task in (await client.ListTasksAsync(1000, Token)).Where(t => t.TaskType == "sleep" && !before.Contains(t.Id)))
        {
            await client.DeleteTaskAsync(task.Id, Token);
        }
    }

    [Fact]
    public async Task An_upload_that_was_killed_is_gone_on_with()
    {
        const int Length = 12_000_000;
        using var folder = new TemporaryFolder();
        var file = Large(Length);
        var outputs = Path.Combine(folder.Path, "out");
        string[] command = ["protect", folder.Write("large.jpg", file), "--artist", "Ada", "-o", outputs, "--variant", "original", "--json"];
        await using var network = new BreakingProxy(Host.Address, [8_000_000]);
        using (var killed = Start([.. command, "--url", network.Address.AbsoluteUri]))
        {
            // Before it can know that the connection has broken.
            network.OnCut = _ =>
            {
                killed.Kill();
                return Task.CompletedTask;
            };
            await killed.WaitForExitAsync(Token);
            Assert.Equal(1, network.Cuts);
        }

        await using var second = new BreakingProxy(Host.Address, []);
        var (code, output, error) = await RunAsync([.. command, "--url", second.Address.AbsoluteUri]);

        Assert.True(code == 0, error);
        Assert.Equal("completed", (string?)Assert.Single(Lines(output))["status"]);
        Assert.True(second.Up < Length - 1_000_000, $"{second.Up} bytes went up again.");
        Assert.Equal(file, await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(outputs)), Token));
        Assert.Empty(Directory.GetFiles(Path.Combine(outputs, ".artorizer"), "*.upload"));
    }

    [Fact]
    public async Task The_bench_measures()
    {
        var (code, output, error) = await RunAsync("bench", "--duration", "0.5", "--concurrency", "2", "--json");
        Assert.True(code == 0, error);
        var report = JsonNode.Parse(output)!;
        Assert.True((double)report["per_second"]! > 0);
        Assert.Equal(0, (int)report["failed"]!);
    }

    [Fact]
    public async Task Help_shows_examples()
    {
        var (code, output, _) = await RunAsync("protect", "--help");
        Assert.Equal(0, code);
        Assert.Contains("artorizer protect *.jpg --artist \"Ada\" -o protected/", output, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var error = process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, await output, await error);
    }

    private Process Start(params string[] arguments)
    {
        string[] grpc = Array.IndexOf(arguments, "grpc") >= 0 ? ["--grpc-url", Host.GrpcAddress.AbsoluteUri] : [];
        var start = Signals.WithDefaultSignals("dotnet", [Program, .. arguments, .. grpc]);
        start.Environment["ARTORIZER_URL"] = Host.Address.AbsoluteUri;
        return Process.Start(start)!;
    }

    private static List<JsonNode> Lines(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    private static string Id(string output, string fileName) =>
        (string)Lines(output).Single(line => Path.GetFileName((string)line["file"]!) == fileName)["job_id"]!;
}
