using System.Net;

namespace Artorizer.IntegrationTests.Api;

/// <summary>HEIC through the whole application, with either libvips.</summary>
public sealed class HeicTests(ApiFixture api) : ApiTest(api)
{
    [Fact]
    public async Task Fails_for_good_with_a_sentence_that_names_the_way_out()
    {
        var job = await Client.EndOfAsync(await Client.SubmitAsync(Api.Picture("photo.heic"), "photo.heic"));

        Assert.Equal(("failed", 1), ((string?)job["status"], (int)job["attempts"]!));
        Assert.Equal("unsupported_format", (string?)job["error"]!["code"]);
        Assert.Contains("Processor:Libvips = system", (string?)job["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_protected_where_the_systems_library_is_chosen()
    {
        // SQLite is in the same process there, and Debian's libvips brings another one along.
        await using var host = await ArtorizerHost.StartAsync(new Dictionary<string, string?> { ["Processor:Libvips"] = "system" });
        var jobId = await host.Client.SubmitAsync(Api.Picture("photo.heic"), "photo.heic");

        Assert.Equal("completed", (string?)(await host.Client.EndOfAsync(jobId))["status"]);
        using var answer = await host.Client.GetAsync(new Uri($"jobs/{jobId}/download/protected", UriKind.Relative), Token);
        Assert.Equal((HttpStatusCode.OK, "image/heic"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var file = await answer.Content.ReadAsByteArrayAsync(Token);
        Assert.Equal("ftypheic"u8, file.AsSpan(4, 8));
    }
}
