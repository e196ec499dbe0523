using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Artorizer.IntegrationTests.Client;
using Artorizer.IntegrationTests.Tasks;
using Artorizer.IntegrationTests.Uploads;
using Artorizer.IntegrationTests.Wire;

namespace Artorizer.IntegrationTests.Docs;

/// <summary>The examples of the documentation, copied out of it and run against a host.</summary>
public sealed partial class DocsTests(TaskFixture fixture) : TaskTest(fixture)
{
    private const string Protocols = "docs/protocols.md";
    private const string TaskPage = "docs/tasks.md";
    private const string UploadPage = "docs/uploads.md";

    [Fact]
    public async Task Five_minutes_with_curl()
    {
        Require("curl");
        using var folder = Folder("picture.jpg", "picture.png");
        var first = DocExamples.With("README.md", "sh", "-F artwork_title='First light' http");
        var jobId = (string)JsonNode.Parse(await folder.ShellAsync(first))!["job_id"]!;

        var watch = JobId().Replace(DocExamples.With("README.md", "sh", "/events"), "JOB=" + jobId);
        Assert.Contains("event: completed", await folder.ShellAsync(watch), StringComparison.Ordinal);
        var result = await folder.ShellAsync($"JOB={jobId}\n{DocExamples.With("README.md", "sh", "/download/protected")}");
        Assert.Contains($"\"job_id\":\"{jobId}\"", result, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(folder.Root, "*protected*"));

        var more = await folder.ShellAsync(
            DocExamples.With("README.md", "sh", "--data-binary"),
            ("https://example.org/picture.jpg", $"{Fixture.Engine.StoreAddress}/originals/photo.jpg"));
        Assert.Equal(2, Regex.Count(more, "\"job_id\""));
        var waited = JsonNode.Parse(await folder.ShellAsync(DocExamples.With("README.md", "sh", "-F via=storage")))!;
        Assert.Equal("completed", (string?)waited["status"]);
        Assert.NotEqual(jobId, (string?)waited["job_id"]);
        Assert.Contains("\"hello\":[1,2,3]", await folder.ShellAsync(DocExamples.With("README.md", "sh", "/api/tasks")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_task_over_every_wire_with_curl()
    {
        Require("curl", "protoc", "capnp");
        using var folder = Folder();
        await AssertEchoedAsync(6, await folder.BashAsync(DocExamples.With(Protocols, "bash", "# Thrift")));
    }

    [Fact]
    public async Task One_task_over_every_wire_with_Python()
    {
        Require("protoc", "capnp", "thrift");
        using var folder = Folder();
        await folder.ShellAsync(DocExamples.With(Protocols, "sh", "thrift --gen"));
        await AssertEchoedAsync(7, await folder.PythonAsync(Assert.Single(DocExamples.Of(Protocols, "python"))));
    }

    [Fact]
    public async Task Tasks_with_curl()
    {
        Require("curl");
        using var folder = Folder();
        var example = (int)(await RunAsync("echo", "1"))["id"]!;
        var queued = await folder.ShellAsync(DocExamples.With(TaskPage, "sh", "\"ms\":500"), ("tasks/1", $"tasks/{example}"));
        var ids = Ids(queued);
        Assert.Equal("sleep", (string?)(await TaskAsync(ids[0]))["task_type"]);

        var stream = folder.Filled(DocExamples.With(TaskPage, "sh", "curl -N"));
        Assert.Contains("event: task", await folder.RunAsync("/bin/sh", ["-ec", stream], until: "data:"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_handlers_of_the_example_program()
    {
        Require("curl");
        using var folder = Folder();
        var lines = DocExamples.With("examples/Artorizer.Examples.Tasks/README.md", "sh", "send_email").Split('\n');
        var ids = Ids(await folder.ShellAsync($"{lines[0]}\n{lines[2]}"));
        Assert.Equal("completed", (string?)(await EndOfAsync(ids[0]))["status"]);
        Assert.Equal("failed", (string?)(await EndOfAsync(ids[1]))["status"]);

        var told = await folder.ShellAsync($"{lines[1]}\n{lines[3]}", ("tasks/1 ", $"tasks/{ids[0]} "), ("tasks/2 ", $"tasks/{ids[1]} "));
        Assert.Contains("\"result\":5", told, StringComparison.Ordinal);
        Assert.All(["to: The to field", "subject: The"], problem => Assert.Contains(problem, told, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_command_line()
    {
        using var folder = Folder("one.jpg", "two.jpg");
        Directory.CreateDirectory(folder.PathOf("scans"));
        File.Move(folder.PathOf("two.jpg"), folder.PathOf("scans/two.jpg"));
        using var sent = await PostAsync("protect?artist_name=Ada&artwork_title=Known", "image/jpeg", await PictureAsync("small.jpg"));
        var job = await JsonAsync(sent, HttpStatusCode.Accepted);
        await EndOfAsync((int)job["task_id"]!);

        await folder.ShellAsync(
            $"export ARTORIZER_URL=http://localhost:7000\n{DocExamples.With("docs/client.md", "sh", "artorizer protect")}",
            ("dotnet pack Artorizer.sln -c Release -o artifacts", ""),
            ("dotnet tool install --global Artorizer.Cli --source artifacts", $$"""artorizer() { dotnet "{{CommandLineTests.Program}}" "$@"; }"""),
            ("JOB", (string)job["job_id"]!),
            ("--duration 10 --concurrency 64", "--duration 0.1 --concurrency 2"));

        Assert.Equal(
            ["one.jpg", "two.jpg", "two.jpg.mask.sac"],
            Files("protected").Concat(Files("out")).Where(name => !name.StartsWith((string)job["job_id"]!, StringComparison.Ordinal)));

        IEnumerable<string> Files(string name) =>
            Directory.GetFiles(folder.PathOf(name)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task Tasks_with_Python()
    {
        Require("protoc", "grpc_python_plugin");
        using var folder = Folder("picture.jpg");
        var hashes = int.Parse(await folder.PythonAsync(DocExamples.With(TaskPage, "python", "import msgpack")), CultureInfo.InvariantCulture);
        Assert.Equal(["perceptual_hash"], (await EndOfAsync(hashes))["result"]!["hashes"]!.AsObject().Select(hash => hash.Key));

        await folder.ShellAsync(DocExamples.With(TaskPage, "sh", "protoc"));
        Assert.Equal("5", (await folder.PythonAsync(DocExamples.With(TaskPage, "python", "import grpc"))).Trim());
    }

    [Fact]
    public async Task Uploads_with_curl_JavaScript_and_Python()
    {
        Require("curl", "jq", "node");
        Assert.SkipUnless(await WireTools.HasPythonModuleAsync("websockets"), "python3-websockets is not installed.");
        await UploadPeer.InstallAsync();
        using var folder = Folder("a.jpg");
        var submitted = await folder.BashAsync(DocExamples.With(UploadPage, "bash", "/uploads"));
        Assert.Equal("queued", (string?)JsonNode.Parse(submitted)!["status"]);

        // Where there is no page to choose a file from.
        const string Chosen =
            "import { readFileSync } from 'node:fs';\nconst file = Object.assign(readFileSync('b.jpg'), { name: 'b.jpg', type: 'image/jpeg' });\n";
        await File.WriteAllBytesAsync(folder.PathOf("b.jpg"), Pictures.Fresh(await PictureAsync("small.jpg")), Token);
        await File.WriteAllTextAsync(folder.PathOf("tus.mjs"), Chosen + folder.Filled(Assert.Single(DocExamples.Of(UploadPage, "js"))), Token);
        Assert.Matches("[0-9a-f]{8}-[0-9a-f]{4}", await folder.RunAsync(WireTools.Require("node", "nodejs"), ["tus.mjs"]));

        await File.WriteAllBytesAsync(folder.PathOf("a.jpg"), await PictureAsync("small.jpg"), Token);
        var messages = await folder.PythonAsync(Assert.Single(DocExamples.Of(UploadPage, "python")));
        Assert.Equal("completed", (string?)JsonNode.Parse(messages.TrimEnd().Split('\n')[^1])!["type"]);
    }

    [Fact]
    public async Task CSharp()
    {
        using var folder = Folder("sea.jpg");
        const string Handlers =
            "using System.ComponentModel.DataAnnotations;\nusing Artorizer.Contracts.Jobs;\nusing Artorizer.Jobs;\nusing Artorizer.Worker.Tasks;\n";
        var program = await CSharpExamples.CompileAsync(
            folder.Root,
            new Dictionary<string, string>
            {
                ["EveryWire"] = folder.Filled(Assert.Single(DocExamples.Of(Protocols, "csharp"))),
                ["Library"] = folder.Filled(Assert.Single(DocExamples.Of("docs/client.md", "csharp"))),
                ["Adding"] = folder.Filled(DocExamples.With(TaskPage, "csharp", "QueueAsync")),
                ["EmailHandler"] = Handlers + DocExamples.With(TaskPage, "csharp", "record Email"),
                ["CountHandler"] = Handlers + DocExamples.With(TaskPage, "csharp", "class CountWords"),
                ["Failure"] = Handlers + DocExamples.With(TaskPage, "csharp", "throw"),
                ["Serializing"] = Handlers + DocExamples.With(TaskPage, "csharp", "TaskSerializerOptions"),
            },
            """

            public sealed record SentEmail(string Id);

            public sealed class Outbox
            {
                public Task<SentEmail> SendAsync(string id, object email, CancellationToken cancellationToken) => Task.FromResult(new SentEmail(id));
            }

            public sealed class MyJsonContext : System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver
            {
                public static MyJsonContext Default { get; } = new();
            }
            """);

        await AssertEchoedAsync(7, await RunAsync("EveryWire"));
        Assert.EndsWith("Completed 100 %", (await RunAsync("Library")).TrimEnd(), StringComparison.OrdinalIgnoreCase);
        Assert.NotEmpty(await File.ReadAllBytesAsync(folder.PathOf("sea-protected.jpg"), Token));
        await RunAsync("Adding");
        await RunAsync("EmailHandler", "CountHandler", "Serializing");

        Task<string> RunAsync(params string[] names) =>
            folder.RunAsync("dotnet", [typeof(DocsTests).Assembly.Location, "child", CSharpExamples.Mode, program, .. names]);
    }

    [Fact]
    public async Task The_lines_that_register_a_stage_are_those_of_the_engine()
    {
        var source = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "Artorizer.Processor", "ProcessorExtensions.cs"), Token);
        Assert.All(
            Assert.Single(DocExamples.Of("docs/engine.md", "csharp")).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Contains(line, source, StringComparison.Ordinal));
    }

    private static void Require(params string[] programs)
    {
        foreach (var program in programs)
        {
            Assert.SkipUnless(WireTools.Has(program), $"{program} is not installed.");
        }
    }

    private DocsFolder Folder(params string[] pictures) => new(
        Fixture.Host,
        pictures.Select(name => (name, Pictures.Fresh(File.ReadAllBytes(Fixture.Engine.PathOf("small" + Path.GetExtension(name)))))));

    /// <summary>Checks that there are as many tasks, all with the data of the page.</summary>
    private async Task AssertEchoedAsync(int count, string output)
    {
        var ids = Ids(output);
        Assert.True(ids.Distinct().Count() == count, output);
        foreach (var id in ids)
        {
            Assert.Equal("hi", (string?)(await EndOfAsync(id))["result"]!["message"]);
        }
    }

    private static int[] Ids(string output) =>
        [.. TaskId().Matches(output).Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))];

    [GeneratedRegex("task(?:_id|Id)?['\"]?(?: ?[:=])? ?([0-9]+)")]
    private static partial Regex TaskId();

    [GeneratedRegex("JOB=[0-9a-f-]+")]
    private static partial Regex JobId();
}
