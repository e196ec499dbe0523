using System.Text.Json.Nodes;
using Artorizer.IntegrationTests.Wire;

namespace Artorizer.IntegrationTests.Tasks;

/// <summary>The HTTP API by Python's requests, in JSON and MessagePack.</summary>
public sealed class RequestsPeerTests(TaskFixture fixture) : TaskTest(fixture)
{
    [Fact]
    public async Task Tasks_and_images_go_through_requests()
    {
        await WireTools.RequirePythonModuleAsync("requests", "python3-requests");
        await WireTools.RequirePythonModuleAsync("msgpack", "python3-msgpack");
        var picture = Path.Combine(Fixture.Host.Folder, "requests.jpg");
        await File.WriteAllBytesAsync(picture, await PictureAsync("photo.jpg"), Token);

        var output = await WireTools.RunAsync(
            WireTools.Python,
            [Path.Combine(Repository.Root, "tests", "peers", "tasks", "requests_peer.py"), Client.BaseAddress!.AbsoluteUri, picture]);

        var downloaded = JsonNode.Parse(output)!;
        Assert.True((int)downloaded["json"]! > 1000);
        Assert.Equal((int)downloaded["json"]!, (int)downloaded["msgpack"]!);
    }
}
