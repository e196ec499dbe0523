using System.Net;
using System.Net.Http.Headers;

namespace Artorizer.IntegrationTests.Api;

/// <summary>Downloads through the router: ranges, conditions, names, and addresses that are signed.</summary>
[Trait("Topology", "any")]
public sealed class DownloadTests(ApiFixture api) : ApiTest(api)
{
    [Fact]
    public async Task Serves_parts()
    {
        var (path, whole) = await PictureAsync();

        using var first = await RangeAsync(path, "bytes=0-99");
        Assert.Equal(
            (HttpStatusCode.PartialContent, $"bytes 0-99/{whole.Length}"), (first.StatusCode, first.Content.Headers.ContentRange?.ToString()));
        Assert.Equal(whole[..100], await first.Content.ReadAsByteArrayAsync(Token));
        using var last = await RangeAsync(path, "bytes=-10");
        Assert.Equal(whole[^10..], await last.Content.ReadAsByteArrayAsync(Token));
        using var rest = await RangeAsync(path, "bytes=100-");
        Assert.Equal(whole[100..], await rest.Content.ReadAsByteArrayAsync(Token));
        using var beyond = await RangeAsync(path, $"bytes={whole.Length}-");
        Assert.Equal($"bytes */{whole.Length}", beyond.Content.Headers.ContentRange?.ToString());
        await beyond.ProblemAsync(HttpStatusCode.RequestedRangeNotSatisfiable);
        using var several = await RangeAsync(path, "bytes=0-1,5-6");
        Assert.Equal(whole, await several.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task Answers_conditions()
    {
        var (path, whole) = await PictureAsync();
        using var whole1 = await Client.GetAsync(path, Token);
        var tag = whole1.Headers.ETag!;
        Assert.False(tag.IsWeak);

        using var same = await SendAsync(HttpMethod.Get, path, headers => headers.IfNoneMatch.Add(tag));
        Assert.Equal((HttpStatusCode.NotModified, tag), (same.StatusCode, same.Headers.ETag));
        Assert.Empty(await same.Content.ReadAsByteArrayAsync(Token));
        using var other = await SendAsync(HttpMethod.Get, path, headers => headers.IfNoneMatch.ParseAdd("\"other\""));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        using var resumed = await SendAsync(HttpMethod.Get, path, headers =>
        {
            headers.Range = new RangeHeaderValue(5, 9);
            headers.IfRange = new RangeConditionHeaderValue(tag);
        });
        Assert.Equal(whole[5..10], await resumed.Content.ReadAsByteArrayAsync(Token));
        using var changed = await SendAsync(HttpMethod.Get, path, headers =>
        {
            headers.Range = new RangeHeaderValue(5, 9);
            headers.IfRange = RangeConditionHeaderValue.Parse("\"other\"");
        });
        Assert.Equal(whole, await changed.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task Answers_HEAD_as_GET_without_the_body()
    {
        var (path, whole) = await PictureAsync();

        using var head = await SendAsync(HttpMethod.Head, path, _ => { });

        Assert.Equal(
            (HttpStatusCode.OK, (long?)whole.Length, "image/png"),
            (head.StatusCode, head.Content.Headers.ContentLength, head.Content.Headers.ContentType?.MediaType));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal("bytes", head.Headers.AcceptRanges.Single());
        Assert.NotNull(head.Headers.ETag);
    }

    [Theory]
    [InlineData("Морской закат 海の夕焼け", "Морской закат 海の夕焼け-protected.png")]
    [InlineData("a/b\\c:d\"e\" <f>", "a_b_c_d_e_ _f_-protected.png")]
    [InlineData("..", "artwork-protected.png")]
    [InlineData("100 % sure; really", "100 % sure; really-protected.png")]
    public async Task Names_files_after_the_title(string title, string fileName)
    {
        var jobId = await Client.SubmitAsync(Api.Picture("tiny.png"), "tiny.png", ("artwork_title", title));
        await Client.EndOfAsync(jobId);

        using var answer = await Client.GetAsync(new Uri($"jobs/{jobId}/download/protected", UriKind.Relative), Token);

        var disposition = answer.Content.Headers.ContentDisposition!;
        Assert.Equal(("attachment", fileName), (disposition.DispositionType, disposition.FileNameStar));
        Assert.All(answer.Content.Headers.GetValues("Content-Disposition").Single(), c => Assert.InRange(c, ' ', '~'));
        var result = await Client.GetJsonAsync($"jobs/{jobId}/result");
        using var signed = await Client.GetAsync(new Uri(Host.Address, (string)result["urls"]!["protected"]!), Token);
        Assert.Equal(fileName, signed.Content.Headers.ContentDisposition!.FileNameStar);
    }

    [Fact]
    public async Task Tells_the_shape_of_a_mask_in_headers()
    {
        var (path, _) = await PictureAsync("mask");

        using var answer = await Client.GetAsync(path, Token);

        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith(".sac", answer.Content.Headers.ContentDisposition!.FileNameStar, StringComparison.Ordinal);
        Assert.Equal(
            ["256", "256", "65536", "65536"],
            new[] { "Width", "Height", "Length-A", "Length-B" }.Select(name => answer.Headers.GetValues("X-SAC-" + name).Single()));
    }

    [Trait("Stores", "embedded")]
    [Fact]
    public async Task Lets_no_download_run_as_a_page()
    {
        var (path, _) = await PictureAsync();
        var result = await Client.GetJsonAsync(path.ToString().Replace("download/protected", "result", StringComparison.Ordinal));

        foreach (var address in new[] { path, new Uri(Host.Address, (string)result["urls"]!["original"]!) })
        {
            using var answer = await Client.GetAsync(address, Token);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Contains("sandbox", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }
    }

    [Trait("Stores", "embedded")]
    [Fact]
    public async Task Refuses_signed_addresses_that_were_changed()
    {
        var (path, _) = await PictureAsync();
        var result = await Client.GetJsonAsync(path.ToString().Replace("download/protected", "result", StringComparison.Ordinal));
        var signed = (string)result["urls"]!["original"]!;
        using var good = await Client.GetAsync(new Uri(Host.Address, signed), Token);
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);

        var tampered = new List<string>
        {
            signed[..signed.IndexOf('?', StringComparison.Ordinal)],
            signed.Replace("/original", "/protected", StringComparison.Ordinal),
        };
        var query = signed[(signed.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&');
        for (var i = 0; i < query.Length; i++)
        {
            // The next digit or letter in place of the last: a later expiry, another name, another signature.
            var changed = query.ToArray();
            var last = changed[i][^1];
            changed[i] = changed[i][..^1] + (last == '9' ? '1' : last == 'A' ? 'B' : last is >= '0' and < '9' ? (char)(last + 1) : 'A');
            tampered.Add(signed[..(signed.IndexOf('?', StringComparison.Ordinal) + 1)] + string.Join('&', changed));
            tampered.Add(signed[..(signed.IndexOf('?', StringComparison.Ordinal) + 1)] + string.Join('&', query.Where((_, at) => at != i)));
        }

        foreach (var address in tampered)
        {
            using var answer = await Client.GetAsync(new Uri(Host.Address, address), Token);
            Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"{(int)answer.StatusCode} for {address}");
        }

        using var put = await Client.PutAsync(new Uri(Host.Address, signed), new ByteArrayContent([1]), Token);
        Assert.Equal(HttpStatusCode.Forbidden, put.StatusCode);
    }

    [Fact]
    public async Task Says_what_is_not_there()
    {
        var (path, _) = await PictureAsync();

        using var variant = await Client.GetAsync(
            new Uri(path.ToString().Replace("protected", "nothing", StringComparison.Ordinal), UriKind.Relative), Token);
        Assert.Contains("thumbnail", (string)(await variant.ProblemAsync(HttpStatusCode.NotFound))["detail"]!, StringComparison.Ordinal);
        using var unknown = await Client.GetAsync(new Uri($"jobs/{Guid.NewGuid()}/download/protected", UriKind.Relative), Token);
        Assert.Equal("Job not found", (string?)(await unknown.ProblemAsync(HttpStatusCode.NotFound))["error"]);
    }

    private async Task<(Uri Path, byte[] Whole)> PictureAsync(string variant = "protected")
    {
        var jobId = await Client.SubmitAsync(Api.Picture("small.png"), "small.png");
        Assert.Equal("completed", (string?)(await Client.EndOfAsync(jobId))["status"]);
        var path = new Uri($"jobs/{jobId}/download/{variant}", UriKind.Relative);
        return (path, await Client.GetByteArrayAsync(path, Token));
    }

    private Task<HttpResponseMessage> RangeAsync(Uri path, string range) =>
        SendAsync(HttpMethod.Get, path, headers => headers.TryAddWithoutValidation("Range", range));

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri path, Action<HttpRequestHeaders> change)
    {
        using var request = new HttpRequestMessage(method, path);
        change(request.Headers);
        return await Client.SendAsync(request, Token);
    }
}
