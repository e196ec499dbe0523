using System.Security.Cryptography;
using Artorizer.Infrastructure.Embedded;
using Artorizer.Infrastructure.Embedded.Files;
using Artorizer.Jobs.Objects;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Artorizer.UnitTests.Embedded;

public sealed class ObjectSignerTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly EmbeddedStoreOptions _options = new();
    private readonly ObjectSigner _signer;

    public ObjectSignerTests() => _signer = new ObjectSigner(RandomNumberGenerator.GetBytes(32), _options, _time);

    [Fact]
    public void A_signed_read_is_good_until_it_expires()
    {
        var request = _signer.PresignGet("a/b.png", new PresignGetOptions { Audience = ObjectAudience.Public, DownloadName = "Ünï & ☂=1.png" });

        Assert.False(request.Url.IsAbsoluteUri);
        Assert.Equal("Ünï & ☂=1.png", Verify(request, "GET", "a/b.png")!.DownloadName);
        _time.Advance(TimeSpan.FromMinutes(14.9));
        Assert.NotNull(Verify(request, "GET", "a/b.png"));
        _time.Advance(TimeSpan.FromMinutes(0.2));
        Assert.Null(Verify(request, "GET", "a/b.png"));
    }

    [Fact]
    public void Another_method_or_key_is_refused()
    {
        var read = _signer.PresignGet("a/b", new PresignGetOptions { Audience = ObjectAudience.Public });
        var write = _signer.PresignPut("a/b", new PresignPutOptions { Audience = ObjectAudience.Public });

        Assert.Null(Verify(read, "PUT", "a/b"));
        Assert.Null(Verify(read, "GET", "a/c"));
        Assert.Null(Verify(write, "GET", "a/b"));
        Assert.NotNull(Verify(write, "PUT", "a/b"));
    }

    [Theory]
    [InlineData("expires", "4102444800")]
    [InlineData("type", "text/html")]
    [InlineData("length", "11")]
    [InlineData("length", null)]
    [InlineData("max", "1000000")]
    [InlineData("name", "x.exe")]
    [InlineData("signature", "")]
    [InlineData("signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("signature", "%%%")]
    [InlineData("signature", null)]
    [InlineData("expires", null)]
    [InlineData("expires", "-1")]
    [InlineData("expires", "99999999999999999999")]
    [InlineData("expires", "999999999999999")]
    public void A_term_that_was_changed_added_or_removed_is_refused(string name, string? value)
    {
        var request = _signer.PresignPut("k", new PresignPutOptions { Audience = ObjectAudience.Public, Length = 10, ContentType = "image/png" });
        var query = QueryHelpers.ParseQuery(request.Url.OriginalString.Split('?')[1]);
        Assert.NotNull(_signer.Verify("PUT", "k", new QueryCollection(query)));

        if (value is null)
        {
            query.Remove(name);
        }
        else
        {
            query[name] = value;
        }

        Assert.Null(_signer.Verify("PUT", "k", new QueryCollection(query)));
    }

    [Fact]
    public void A_term_given_twice_is_refused()
    {
        var request = _signer.PresignPut("k", new PresignPutOptions { Audience = ObjectAudience.Public, ContentType = "image/png" });
        Assert.Null(_signer.Verify("PUT", "k", Query(request.Url.OriginalString + "&type=image/png")));
    }

    [Fact]
    public void Another_installation_signs_otherwise()
    {
        var request = _signer.PresignGet("k", new PresignGetOptions { Audience = ObjectAudience.Public });
        var other = new ObjectSigner(RandomNumberGenerator.GetBytes(32), _options, _time);
        Assert.Null(other.Verify("GET", "k", Query(request.Url.OriginalString)));
    }

    [Fact]
    public void Each_audience_gets_its_address()
    {
        Assert.Throws<InvalidOperationException>(() => _signer.PresignGet("k", new PresignGetOptions { Audience = ObjectAudience.Internal }));
        _options.InternalBaseUrl = "http://127.0.0.1:7000/";
        _options.PublicBaseUrl = "https://art.example/base";

        Assert.StartsWith(
            "http://127.0.0.1:7000/objects/k?",
            _signer.PresignGet("k", new PresignGetOptions { Audience = ObjectAudience.Internal }).Url.AbsoluteUri);
        Assert.StartsWith(
            "https://art.example/base/objects/k?",
            _signer.PresignGet("k", new PresignGetOptions { Audience = ObjectAudience.Public }).Url.AbsoluteUri);
    }

    [Fact]
    public void More_than_a_week_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => _signer.PresignGet("k", new PresignGetOptions { Audience = ObjectAudience.Public, Expires = TimeSpan.FromDays(8) }));

    private ObjectGrant? Verify(PresignedRequest request, string method, string key) =>
        _signer.Verify(method, key, Query(request.Url.OriginalString));

    private static QueryCollection Query(string url) => new(QueryHelpers.ParseQuery(url.Split('?')[1]));
}
