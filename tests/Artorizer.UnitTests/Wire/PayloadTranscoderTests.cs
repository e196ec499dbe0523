using System.Text;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire;

namespace Artorizer.UnitTests.Wire;

public sealed class PayloadTranscoderTests
{
    [Theory]
    [InlineData("c0", "null")]
    [InlineData("c4020001", "\"AAE=\"")]
    [InlineData("d6ff5e0be100", "\"2020-01-01T00:00:00Z\"")]
    [InlineData("c70cff000000007fffffffffffffff", "[-1,\"AAAAAH//////////\"]")]
    [InlineData("c70cff000000008000000000000000", "[-1,\"AAAAAIAAAAAAAAAA\"]")]
    [InlineData("d5ff0000", "[-1,\"AAA=\"]")]
    [InlineData("d40501", "[5,\"AQ==\"]")]
    [InlineData("cb7ff8000000000000", "\"NaN\"")]
    [InlineData("cb7ff0000000000000", "\"Infinity\"")]
    [InlineData("caff800000", "\"-Infinity\"")]
    [InlineData("ca3dcccccd", "0.1")]
    [InlineData("cfffffffffffffffff", "18446744073709551615")]
    [InlineData("8401a161c3a162c0a163c40100a164", "{\"1\":\"a\",\"true\":\"b\",\"null\":\"c\",\"AA==\":\"d\"}")]
    [InlineData("92a0920090", "[\"\",[0,[]]]")]
    public void MessagePack_becomes_JSON(string hex, string json)
    {
        var payload = new Payload(Payload.MessagePack, Convert.FromHexString(hex));
        Assert.Equal(json, Encoding.UTF8.GetString(PayloadTranscoder.ToJson(payload).Span));
    }

    [Theory]
    [InlineData("null", "c0")]
    [InlineData("false", "c2")]
    [InlineData("0", "00")]
    [InlineData("-1", "ff")]
    [InlineData("18446744073709551615", "cfffffffffffffffff")]
    [InlineData("1.0", "cb3ff0000000000000")]
    [InlineData("1e2", "cb4059000000000000")]
    [InlineData("\"\\u00e9\"", "a2c3a9")]
    [InlineData(" { \"a\" : [ ] } ", "81a16190")]
    public void JSON_becomes_MessagePack(string json, string hex) =>
        Assert.Equal(hex, Convert.ToHexStringLower(PayloadTranscoder.ToMessagePack(Payload.FromJson(json)).Span));

    [Fact]
    public void Bytes_become_bin_or_base64()
    {
        var payload = new Payload(Payload.Binary, new byte[] { 1 });
        Assert.Equal("c40101", Convert.ToHexStringLower(PayloadTranscoder.ToMessagePack(payload).Span));
        Assert.Equal("\"AQ==\"", Encoding.UTF8.GetString(PayloadTranscoder.ToJson(payload).Span));
    }
}
