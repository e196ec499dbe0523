using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;
using Artorizer.Jobs.Objects;
using Microsoft.Net.Http.Headers;

namespace Artorizer.Infrastructure.S3;

/// <summary>URLs that carry their own signature (AWS Signature Version 4 in the query), for either audience's address.</summary>
internal sealed class S3Presigner(IAmazonS3 client, IAmazonS3 publicClient, S3Options options, TimeProvider time)
{
    private static readonly TimeSpan LongestValidity = TimeSpan.FromDays(7);

    public async Task<PresignedRequest> PresignGetAsync(string key, PresignGetOptions terms)
    {
        var request = Request(key, HttpVerb.GET, terms.Audience, terms.Expires);
        if (terms.DownloadName is { } name)
        {
            var disposition = new ContentDispositionHeaderValue("attachment");
            disposition.SetHttpFileName(name);
            request.ResponseHeaderOverrides.ContentDisposition = disposition.ToString();
        }

        return await SignAsync(request, terms.Audience, new Dictionary<string, string>());
    }

    public Task<PresignedRequest> PresignPutAsync(string key, PresignPutOptions terms)
    {
        var request = Request(key, HttpVerb.PUT, terms.Audience, terms.Expires);
        request.ContentType = terms.ContentType;
        var headers = new Dictionary<string, string> { ["Content-Type"] = terms.ContentType };
        if (terms.Length is { } length)
        {
            headers["Content-Length"] = length.ToString(CultureInfo.InvariantCulture);
            request.Headers["Content-Length"] = headers["Content-Length"];
        }

        return SignAsync(request, terms.Audience, headers);
    }

    private GetPreSignedUrlRequest Request(string key, HttpVerb verb, ObjectAudience audience, TimeSpan validity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(validity, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(validity, LongestValidity);
        var endpoint = audience == ObjectAudience.Public ? options.PublicEndpoint ?? options.Endpoint : options.Endpoint;
        return new GetPreSignedUrlRequest
        {
            BucketName = options.Bucket,
            Key = key,
            Verb = verb,
            Protocol = endpoint is not null && endpoint.StartsWith("http:", StringComparison.OrdinalIgnoreCase) ? Protocol.HTTP : Protocol.HTTPS,
            Expires = (time.GetUtcNow() + validity).UtcDateTime,
        };
    }

    private async Task<PresignedRequest> SignAsync(
        GetPreSignedUrlRequest request, ObjectAudience audience, IReadOnlyDictionary<string, string> headers)
    {
        var url = await (audience == ObjectAudience.Public ? publicClient : client).GetPreSignedURLAsync(request);
        return new PresignedRequest(new Uri(url), request.Verb.ToString(), headers, new DateTimeOffset(request.Expires!.Value, TimeSpan.Zero));
    }
}
