using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Artorizer.IntegrationTests.Api;

namespace Artorizer.IntegrationTests.Client;

/// <summary>What <c>dotnet pack</c> makes of the solution as it was built, and the command line as a tool installed from it.</summary>
public sealed class PackageTests(ApiFixture api) : ClientTest(api)
{
    private const string Version = "0.1.0";

    [Fact]
    public async Task The_solution_packs_into_what_is_meant_and_the_tool_protects_a_picture()
    {
        using var folder = new TemporaryFolder();
        var packages = Path.Combine(folder.Path, "packages");
        var configuration = Directory.GetParent(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))!.Name;
        await RunAsync(
            "dotnet", "pack", Path.Combine(Repository.Root, "Artorizer.sln"), "--no-build", "-c", configuration, "-o", packages, "--nologo");

        Assert.Equal(
            [
                $"Artorizer.Cli.{Version}.nupkg",
                $"Artorizer.Client.{Version}.nupkg", $"Artorizer.Client.{Version}.snupkg",
                $"Artorizer.Contracts.{Version}.nupkg", $"Artorizer.Contracts.{Version}.snupkg",
            ],
            Directory.GetFiles(packages).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var name in new[] { "Artorizer.Cli", "Artorizer.Client", "Artorizer.Contracts" })
        {
            using var package = ZipFile.OpenRead(Path.Combine(packages, $"{name}.{Version}.nupkg"));
            var metadata = Metadata(package, name);
            Assert.Equal("MIT", Value(metadata, "license"));
            Assert.NotEmpty(Value(metadata, "description"));
            Assert.Contains("artorizer", Value(metadata, "tags").Split(' '));
            Assert.NotNull(package.GetEntry(Value(metadata, "readme")));
        }

        using (var client = ZipFile.OpenRead(Path.Combine(packages, $"Artorizer.Client.{Version}.nupkg")))
        {
            var metadata = Metadata(client, "Artorizer.Client");
            Assert.Equal(
                ["Artorizer.Contracts", "Google.Protobuf", "Grpc.Core.Api", "Grpc.Net.Client", "Grpc.StatusProto", "MessagePack", "Polly.Core"],
                metadata.Descendants(metadata.Name.Namespace + "dependency").Select(d => (string)d.Attribute("id")!).Order(StringComparer.Ordinal));
            Assert.Empty(metadata.Descendants(metadata.Name.Namespace + "frameworkReference"));
        }

        // Of local packages alone: a tool brings along all that it needs.
        var tools = Path.Combine(folder.Path, "tools");
        await RunAsync("dotnet", "tool", "install", "Artorizer.Cli", "--tool-path", tools, "--source", packages);
        var artorizer = Path.Combine(tools, "artorizer");
        Assert.StartsWith(Version, await RunAsync(artorizer, "--version"), StringComparison.Ordinal);
        Assert.Contains("protect", await RunAsync(artorizer, "--help"), StringComparison.Ordinal);

        var picture = folder.Write("a.png", Api.Picture("photo.png"));
        var done = await RunAsync(
            artorizer, "protect", picture, "--artist", "Ada", "-o", Path.Combine(folder.Path, "out"), "--url", Host.Address.AbsoluteUri, "--json");
        Assert.Equal("completed", (string?)JsonNode.Parse(done)!["status"]);
        Assert.True(new FileInfo(Path.Combine(folder.Path, "out", "a.png")).Length > 0);
    }

    private static XElement Metadata(ZipArchive package, string name)
    {
        using var file = package.GetEntry($"{name}.nuspec")!.Open();
        return XDocument.Load(file).Root!.Elements().Single();
    }

    private static string Value(XElement metadata, string name) => (string)metadata.Element(metadata.Name.Namespace + name)!;

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

        // The tool runs by its own launcher, which looks for the runtime that these tests run on.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath("../../..", RuntimeEnvironment.GetRuntimeDirectory());
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var error = process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await output}{await error}");
        return await output;
    }
}
