using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Artorizer.Jobs.Objects;

namespace Artorizer.IntegrationTests.Stores.S3;

/// <summary>Presigned URLs let their holder do what was signed, and nothing else.</summary>
public sealed class S3PresignTests(S3Fixture server) : IDisposable
{
    private readonly HttpClient _client = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData("plain.png")]
    [InlineData("""Bild (1)'s "100 %" & ähnliches; 画像 +?.png""")]
    public async Task A_read_yields_the_object_under_its_name(string? name)
    {
        await using var bucket = await server.BucketAsync();
        var bytes = RandomNumberGenerator.GetBytes(10_000);
        await bucket.Store.PutAsync("jobs/1/a", new MemoryStream(bytes), new ObjectPutOptions { ContentType = "image/png" }, Token);

        var get = await bucket.Store.PresignGetAsync("jobs/1/a", new PresignGetOptions { DownloadName = name }, Token);

        Assert.Equal("GET", get.Method);
        Assert.InRange(get.ExpiresAt, DateTimeOffset.UtcNow.AddMinutes(10), DateTimeOffset.UtcNow.AddMinutes(15));
        using var response = await _client.GetAsync(get.Url, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("image/png", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync(Token));
        var disposition = response.Content.Headers.ContentDisposition;
        Assert.Equal(name is null ? null : "attachment", disposition?.DispositionType);
        Assert.Equal(name, disposition?.FileNameStar ?? disposition?.FileName);
    }

    [Fact]
    public async Task A_changed_url_is_refused()
    {
        await using var bucket = await server.BucketAsync();
        await bucket.Store.PutAsync("mine", new MemoryStream([1]), new ObjectPutOptions(), Token);
        await bucket.Store.PutAsync("mind", new MemoryStream([1]), new ObjectPutOptions(), Token);
        var url = (await bucket.Store.PresignGetAsync("mine", new PresignGetOptions { DownloadName = "a" }, Token)).Url.AbsoluteUri;
        Assert.Equal(HttpStatusCode.OK, await GetAsync(url));

        var last = url.IndexOf("X-Amz-Signature=", StringComparison.Ordinal) + "X-Amz-Signature=".Length;
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(url[..last] + (url[last] == '0' ? '1' : '0') + url[(last + 1)..]));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(url.Replace("/mine", "/mind", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(url.Replace("X-Amz-Expires=", "X-Amz-Expires=1", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(url.Replace("filename", "filenames", StringComparison.Ordinal)));
        using var put = await _client.PutAsync(new Uri(url), new ByteArrayContent([2]), Token);
        Assert.Equal(HttpStatusCode.Forbidden, put.StatusCode);
    }

    [Fact]
    public async Task A_url_expires()
    {
        await using var bucket = await server.BucketAsync();
        await bucket.Store.PutAsync("k", new MemoryStream([1]), new ObjectPutOptions(), Token);

        var get = await bucket.Store.PresignGetAsync("k", new PresignGetOptions { Expires = TimeSpan.FromSeconds(2) }, Token);

        await Eventually.TrueAsync(async () => await GetAsync(get.Url.AbsoluteUri) == HttpStatusCode.Forbidden);
        Assert.True(DateTimeOffset.UtcNow >= get.ExpiresAt - TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => bucket.Store.PresignGetAsync("k", new PresignGetOptions { Expires = TimeSpan.FromDays(7.1) }, Token));
    }

    [Theory]
    [InlineData(1000, "image/png", HttpStatusCode.OK)]
    [InlineData(999, "image/png", HttpStatusCode.Forbidden)]
    [InlineData(1001, "image/png", HttpStatusCode.Forbidden)]
    [InlineData(1000, "image/jpeg", HttpStatusCode.Forbidden)]
    [InlineData(1000, null, HttpStatusCode.Forbidden)]
    public async Task A_write_takes_exactly_what_was_signed(int length, string? type, HttpStatusCode expected)
    {
        await using var bucket = await server.BucketAsync();
        var put = await bucket.Store.PresignPutAsync("k", new PresignPutOptions { ContentType = "image/png", Length = 1000 }, Token);
        Assert.Equal("PUT", put.Method);
        Assert.Equal(("image/png", "1000"), (put.Headers["Content-Type"], put.Headers["Content-Length"]));

        Assert.Equal(expected, await PutAsync(put, length, type));

        var stored = await bucket.Store.StatAsync("k", Token);
        Assert.Equal(expected == HttpStatusCode.OK ? "1000 image/png" : " ", $"{stored?.Length} {stored?.ContentType}");
    }

    [Fact]
    public async Task A_write_without_a_signed_length_takes_any()
    {
        await using var bucket = await server.BucketAsync();
        var put = await bucket.Store.PresignPutAsync("k", new PresignPutOptions { ContentType = "image/webp" }, Token);

        Assert.Equal(HttpStatusCode.OK, await PutAsync(put, 1234, "image/webp"));
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(put, 1234, "image/png"));

        Assert.Equal(1234, (await bucket.Store.StatAsync("k", Token))!.Length);
    }

    [Fact]
    public async Task Clients_get_the_public_address_which_the_signature_covers()
    {
        var endpoint = new Uri((await server.ServerAsync()).Endpoint);
        await using var bucket = await server.BucketAsync(options => options.PublicEndpoint = $"http://localhost:{endpoint.Port}");
        await bucket.Store.PutAsync("k", new MemoryStream([1]), new ObjectPutOptions(), Token);

        var inside = (await bucket.Store.PresignGetAsync("k", new PresignGetOptions { Audience = ObjectAudience.Internal }, Token)).Url;
        var outside = (await bucket.Store.PresignGetAsync("k", new PresignGetOptions { Audience = ObjectAudience.Public }, Token)).Url;

        Assert.Equal(("127.0.0.1", "localhost"), (inside.Host, outside.Host));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(inside.AbsoluteUri));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(outside.AbsoluteUri));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(outside.AbsoluteUri.Replace("localhost", "127.0.0.1", StringComparison.Ordinal)));
        var put = await bucket.Store.PresignPutAsync("p", new PresignPutOptions { Audience = ObjectAudience.Public, Length = 5 }, Token);
        Assert.Equal("localhost", put.Url.Host);
        Assert.Equal(HttpStatusCode.OK, await PutAsync(put, 5, "application/octet-stream"));
    }

    private async Task<HttpStatusCode> GetAsync(string url)
    {
        using var response = await _client.GetAsync(new Uri(url), Token);
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> PutAsync(PresignedRequest put, int length, string? type)
    {
        using var content = new ByteArrayContent(new byte[length]);
        content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
        using var response = await _client.PutAsync(put.Url, content, Token);
        return response.StatusCode;
    }
}
