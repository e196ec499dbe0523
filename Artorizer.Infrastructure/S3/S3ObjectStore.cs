using System.Diagnostics;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Artorizer.Infrastructure.Embedded;
using Artorizer.Jobs.Objects;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Artorizer.Infrastructure.S3;

/// <summary>
/// Objects in one bucket of an S3 server: MinIO, Ceph, AWS. Entity tags are the server's own. Room for accepted work cannot be
/// kept there, so <see cref="ObjectPutOptions.ForAcceptedWork"/> means nothing; nor can a presigned put have a greatest length,
/// so <see cref="PresignPutOptions.MaxLength"/> does not either: who lets strangers put gives the exact length, or looks at it
/// afterwards.
/// </summary>
public sealed class S3ObjectStore : IObjectStore, IDisposable
{
    private const int DeleteBatch = 1000;
    private readonly IAmazonS3 _client;
    private readonly IAmazonS3 _publicClient;
    private readonly S3Options _options;
    private readonly S3Upload _upload;
    private readonly S3Presigner _presigner;
    private readonly TimeProvider _time;

    /// <summary>A store on a client, which stays its maker's.</summary>
    public S3ObjectStore(IAmazonS3 client, IOptions<S3Options> options, TimeProvider time, ILogger<S3ObjectStore> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _client = client;
        _options = options.Value;
        _publicClient = S3Clients.CreatePublic(_options);
        _upload = new S3Upload(client, _options, logger);
        _presigner = new S3Presigner(client, _publicClient, _options, time);
        _time = time;
    }

    /// <inheritdoc/>
    public async Task<StoredObject> PutAsync(string key, Stream content, ObjectPutOptions options, CancellationToken cancellationToken)
    {
        ObjectKey.Check(key);
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(options);
        using var activity = StartActivity("object put", key);
        try
        {
            var (length, etag) = await _upload.PutAsync(key, content, options, cancellationToken);
            activity?.SetTag("artorizer.object.length", length);
            return new StoredObject(key, length, options.ContentType, Tag(etag), WholeSeconds(_time.GetUtcNow()));
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<ObjectContent?> OpenAsync(string key, long offset, long? length, CancellationToken cancellationToken)
    {
        ObjectKey.Check(key);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
        using var activity = StartActivity("object open", key);
        while (true)
        {
            if (length != 0)
            {
                try
                {
                    return await GetAsync(key, offset, length, cancellationToken);
                }
                catch (AmazonS3Exception exception) when (S3Errors.IsMissing(exception))
                {
                    return null;
                }
                catch (AmazonS3Exception exception) when (exception.StatusCode == System.Net.HttpStatusCode.RequestedRangeNotSatisfiable)
                {
                    // Nothing is there to send. Whether that is right, its length says.
                }
            }

            if (await StatAsync(key, cancellationToken) is not { } info)
            {
                return null;
            }

            ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, info.Length);
            if (length == 0 || offset == info.Length)
            {
                return new ObjectContent(info, Stream.Null, 0);
            }

            // Replaced by a longer one between the two requests: look again.
        }
    }

    /// <inheritdoc/>
    public async Task<StoredObject?> StatAsync(string key, CancellationToken cancellationToken)
    {
        var request = new GetObjectMetadataRequest { BucketName = _options.Bucket, Key = ObjectKey.Check(key) };
        try
        {
            var found = await S3Errors.TranslateAsync(() => _client.GetObjectMetadataAsync(request, cancellationToken), cancellationToken);
            return new StoredObject(key, found.ContentLength, found.Headers.ContentType, Tag(found.ETag), At(found.LastModified));
        }
        catch (AmazonS3Exception exception) when (S3Errors.IsMissing(exception))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The server does not say whether there was one, so it is asked first. Of two deletes at once
    /// both may be told that there was.
    /// </remarks>
    public async Task<bool> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        if (await StatAsync(key, cancellationToken) is null)
        {
            return false;
        }

        var request = new DeleteObjectRequest { BucketName = _options.Bucket, Key = key };
        await S3Errors.TranslateAsync(() => _client.DeleteObjectAsync(request, cancellationToken), cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public async Task<int> DeletePrefixAsync(string prefix, CancellationToken cancellationToken)
    {
        var count = 0;
        var batch = new List<KeyVersion>();
        await foreach (var stored in ListAsync(prefix, cancellationToken))
        {
            batch.Add(new KeyVersion { Key = stored.Key });
            if (batch.Count == DeleteBatch)
            {
                count += await DeleteAsync(batch, cancellationToken);
                batch.Clear();
            }
        }

        return batch.Count > 0 ? count + await DeleteAsync(batch, cancellationToken) : count;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = _options.Bucket, Prefix = ObjectKey.CheckPrefix(prefix) };
        do
        {
            var page = await S3Errors.TranslateAsync(() => _client.ListObjectsV2Async(request, cancellationToken), cancellationToken);
            foreach (var found in page.S3Objects ?? [])
            {
                yield return new StoredObject(found.Key, found.Size ?? 0, "", Tag(found.ETag), At(found.LastModified));
            }

            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    /// <inheritdoc/>
    public Task<PresignedRequest> PresignGetAsync(string key, PresignGetOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        return _presigner.PresignGetAsync(ObjectKey.Check(key), options);
    }

    /// <inheritdoc/>
    public Task<PresignedRequest> PresignPutAsync(string key, PresignPutOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        return _presigner.PresignPutAsync(ObjectKey.Check(key), options);
    }

    /// <summary>Lets go of what it made itself.</summary>
    public void Dispose() => _publicClient.Dispose();

    private async Task<ObjectContent> GetAsync(string key, long offset, long? length, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest { BucketName = _options.Bucket, Key = key };
        if (offset > 0 || length is not null)
        {
            // The last byte is named, not the one after it.
            request.ByteRange = new ByteRange(offset, length is { } part && part < long.MaxValue - offset ? offset + part - 1 : long.MaxValue);
        }

        var response = await S3Errors.TranslateAsync(() => _client.GetObjectAsync(request, cancellationToken), cancellationToken);
        var whole = response.ContentRange is { Length: > 0 } range
            && long.TryParse(range.AsSpan(range.LastIndexOf('/') + 1), System.Globalization.CultureInfo.InvariantCulture, out var total)
                ? total
                : response.ContentLength;
        var info = new StoredObject(key, whole, response.Headers.ContentType, Tag(response.ETag), At(response.LastModified));
        var stream = new S3ReadStream(response, response.ResponseStream, response.ContentLength, _options.RequestTimeout);
        return new ObjectContent(info, stream, response.ContentLength);
    }

    private async Task<int> DeleteAsync(List<KeyVersion> batch, CancellationToken cancellationToken)
    {
        // The exception for objects that could not be removed is the client library's; they are listed and tried again by whoever sweeps.
        var request = new DeleteObjectsRequest { BucketName = _options.Bucket, Objects = [.. batch], Quiet = true };
        await S3Errors.TranslateAsync(() => _client.DeleteObjectsAsync(request, cancellationToken), cancellationToken);
        return batch.Count;
    }

    private static Activity? StartActivity(string name, string key) =>
        EmbeddedTelemetry.Storage.StartActivity(name)?.SetTag("artorizer.object.key", key);

    private static string Tag(string etag) => etag.Trim('"');

    private static DateTimeOffset At(DateTime? time) => time is { } known ? new DateTimeOffset(known.ToUniversalTime()) : DateTimeOffset.UnixEpoch;

    // As the server gives it later.
    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
