using System.Globalization;
using System.Net;

namespace Artorizer.IntegrationTests.Api;

/// <summary>Conditions on what has an entity tag (RFC 9110 §13): downloads through the router, by signed addresses, and the page.</summary>
public sealed class DownloadConditionTests(ApiFixture api) : ApiTest(api)
{
    [Fact]
    public async Task Downloads_answer_If_Match()
    {
        foreach (var address in await FilesAsync())
        {
            using var whole = await Client.GetAsync(address, Token);
            var tag = whole.Headers.ETag!.ToString();
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
            {
                foreach (var given in new[] { tag, "*", $"\"other\", {tag}", $"W/{tag}, {tag}" })
                {
                    await ExpectAsync(method, address, HttpStatusCode.OK, ("If-Match", given));
                }

                foreach (var given in new[] { "\"other\"", $"W/{tag}", $"\"other\", W/{tag}" })
                {
                    await ExpectAsync(method, address, HttpStatusCode.PreconditionFailed, ("If-Match", given));
                }
            }

            await ExpectAsync(HttpMethod.Get, address, HttpStatusCode.PreconditionFailed, ("If-Match", "\"other\""), ("Range", "bytes=0-9"));
            await ExpectAsync(HttpMethod.Get, address, HttpStatusCode.PartialContent, ("If-Match", tag), ("Range", "bytes=0-9"));
        }
    }

    // RFC 9110 §13.2.2. The framework, which serves the other files, takes If-None-Match with less care beside If-Match.
    [Fact]
    public async Task Conditions_have_an_order()
    {
        var path = (await FilesAsync())[0];
        using var whole = await Client.AskAsync(HttpMethod.Get, path);
        var tag = whole.Headers.ETag!.ToString();
        var before = Text(whole.Content.Headers.LastModified!.Value.AddSeconds(-1));

        await ExpectAsync(HttpMethod.Get, path, HttpStatusCode.PreconditionFailed, ("If-Match", "\"other\""), ("If-None-Match", tag));
        await ExpectAsync(HttpMethod.Get, path, HttpStatusCode.NotModified, ("If-Match", tag), ("If-None-Match", tag));
        await ExpectAsync(HttpMethod.Get, path, HttpStatusCode.OK, ("If-Match", "*"), ("If-Unmodified-Since", before));
        await ExpectAsync(HttpMethod.Get, path, HttpStatusCode.PreconditionFailed, ("If-Unmodified-Since", before), ("If-None-Match", tag));
    }

    [Fact]
    public async Task A_condition_that_is_no_list_of_tags_is_not_met()
    {
        var path = (await FilesAsync())[0];
        await ExpectAsync(HttpMethod.Get, path, HttpStatusCode.PreconditionFailed, ("If-Match", "no-tag-at-all"));
        using var refused = await Client.AskAsync(HttpMethod.Get, path, ("If-Match", "\"other\""));
        await refused.ProblemAsync(HttpStatusCode.PreconditionFailed);
        Assert.NotNull(refused.Headers.ETag);
        Assert.Null(refused.Content.Headers.ContentDisposition);
    }

    [Fact]
    public async Task Downloads_answer_conditions_on_their_date()
    {
        foreach (var address in await FilesAsync())
        {
            using var whole = await Client.GetAsync(address, Token);
            var modified = whole.Content.Headers.LastModified!.Value;
            var (at, before, after) = (Text(modified), Text(modified.AddSeconds(-1)), Text(modified.AddSeconds(1)));
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
            {
                await ExpectAsync(method, address, HttpStatusCode.OK, ("If-Unmodified-Since", at));
                await ExpectAsync(method, address, HttpStatusCode.OK, ("If-Unmodified-Since", after));
                await ExpectAsync(method, address, HttpStatusCode.OK, ("If-Unmodified-Since", "yesterday"));
                await ExpectAsync(method, address, HttpStatusCode.PreconditionFailed, ("If-Unmodified-Since", before));
                await ExpectAsync(method, address, HttpStatusCode.NotModified, ("If-Modified-Since", at));
                await ExpectAsync(method, address, HttpStatusCode.OK, ("If-Modified-Since", before));
                await ExpectAsync(method, address, HttpStatusCode.OK, ("If-Modified-Since", at), ("If-None-Match", "\"other\""));
            }

            await ExpectAsync(HttpMethod.Get, address, HttpStatusCode.PartialContent, ("If-Range", at), ("Range", "bytes=0-9"));
            await ExpectAsync(HttpMethod.Get, address, HttpStatusCode.OK, ("If-Range", before), ("Range", "bytes=0-9"));
        }
    }

    // Through the router, by a signed address, and of the page.
    private async Task<string[]> FilesAsync()
    {
        var jobId = await Client.FinishAsync(Api.Picture("small.png"), "small.png");
        var signed = (string)(await Client.GetJsonAsync($"jobs/{jobId}/result"))["urls"]!["protected"]!;
        return [$"jobs/{jobId}/download/protected", signed, "index.html"];
    }

    private async Task ExpectAsync(HttpMethod method, string address, HttpStatusCode expected, params (string Name, string Value)[] headers)
    {
        using var answer = await Client.AskAsync(method, address, headers);
        Assert.True(
            answer.StatusCode == expected,
            $"{method} {address} {string.Join("; ", headers)}: expected {(int)expected}, got {(int)answer.StatusCode}");
    }

    private static string Text(DateTimeOffset time) => time.ToString("R", CultureInfo.InvariantCulture);
}
