using Amazon.S3;
using Amazon.S3.Model;
using Artorizer.Jobs.Objects;
using Microsoft.Extensions.Logging;

namespace Artorizer.Infrastructure.S3;

/// <summary>
/// Stores contents of unknown length: in one request up to <see cref="SingleBytes"/>, in parts beyond. While many large puts
/// run, all but a few go over to parts from <see cref="PartBytes"/> on, and send one part before they read the next.
/// </summary>
internal sealed partial class S3Upload(IAmazonS3 client, S3Options options, ILogger logger)
{
    /// <summary>Bytes of a part, up to 10 GiB; then parts grow, as there may be 10,000 of them.</summary>
    public const int PartBytes = 8 * 1024 * 1024;

    /// <summary>Largest object that is stored in one request.</summary>
    public const int SingleBytes = 2 * PartBytes;

    private const int PartsOfASize = 1250;
    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(20);
    private readonly S3PartMemory _memory = new();

    // Over TLS the connection protects the body already; without, the signature does. Read once before it is sent, then.
    private readonly bool _signBodies = options.Endpoint?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) ?? false;

    /// <summary>Stores what the content yields.</summary>
    /// <returns>Length and entity tag, with its quotes.</returns>
    public async Task<(long Length, string ETag)> PutAsync(string key, Stream content, ObjectPutOptions put, CancellationToken cancellationToken)
    {
        var roomy = false;
        _memory.Enter();
        try
        {
            var first = new S3Part(_memory);
            if (await FillAsync(first, content, PartBytes, 0, put, cancellationToken))
            {
                return await PutWholeAsync(key, first, put, cancellationToken);
            }

            roomy = _memory.TryEnterRoomy();
            var next = new S3Part(_memory);
            if (roomy)
            {
                var ended = await FillAsync(next, content, PartBytes, first.Length, put, cancellationToken);
                first.Append(next);
                if (ended)
                {
                    return await PutWholeAsync(key, first, put, cancellationToken);
                }
            }

            // One byte more decides.
            return await next.FillAsync(content, 1, PartBytes, cancellationToken)
                ? await PutWholeAsync(key, first, put, cancellationToken)
                : await PutPartsAsync(key, first, next, content, put, roomy, cancellationToken);
        }
        finally
        {
            if (roomy)
            {
                _memory.LeaveRoomy();
            }

            _memory.Leave();
        }
    }

    private static int SizeOf(int partNumber) => PartBytes << Math.Min(7, (partNumber - 1) / PartsOfASize);

    private static async Task<bool> FillAsync(
        S3Part part, Stream content, int size, long before, ObjectPutOptions put, CancellationToken cancellationToken)
    {
        var ended = await part.FillAsync(content, size, size, cancellationToken);
        CheckLength(before + part.Length, put.Length, ended);
        return ended;
    }

    private static void CheckLength(long length, long? expected, bool ended)
    {
        if (length > expected || (ended && length < expected))
        {
            throw new InvalidDataException(
                $"The content is {(length > expected ? "longer" : "shorter")} than the {expected} bytes that were announced.");
        }
    }

    private async Task<(long Length, string ETag)> PutWholeAsync(string key, S3Part part, ObjectPutOptions put, CancellationToken cancellationToken)
    {
        CheckLength(part.Length, put.Length, ended: true);
        var length = part.Length;
        var request = new PutObjectRequest
        {
            BucketName = options.Bucket,
            Key = key,
            InputStream = part.Open(),
            ContentType = put.ContentType,
            UseChunkEncoding = false,
            DisablePayloadSigning = !_signBodies,
        };
        var response = await S3Errors.TranslateAsync(() => client.PutObjectAsync(request, cancellationToken), cancellationToken);
        part.Release();
        return (length, response.ETag);
    }

    private async Task<(long Length, string ETag)> PutPartsAsync(
        string key, S3Part first, S3Part next, Stream content, ObjectPutOptions put, bool roomy, CancellationToken cancellationToken)
    {
        var initiate = new InitiateMultipartUploadRequest { BucketName = options.Bucket, Key = key, ContentType = put.ContentType };
        var begun = await S3Errors.TranslateAsync(() => client.InitiateMultipartUploadAsync(initiate, cancellationToken), cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = Task.CompletedTask;
        try
        {
            var tags = new List<PartETag>();
            sending = SendAsync(first);
            var length = (long)first.Length;
            var ended = false;
            while (!ended)
            {
                // The first part is as large as two.
                if (!roomy || first.Length > PartBytes)
                {
                    await sending;
                }

                ended = await FillAsync(next, content, SizeOf(tags.Count + 2), length, put, cancellationToken);
                await sending;
                if (next.Length > 0)
                {
                    length += next.Length;
                    sending = SendAsync(next);
                    next = new S3Part(_memory);
                }
            }

            await sending;
            var complete = new CompleteMultipartUploadRequest { BucketName = options.Bucket, Key = key, UploadId = begun.UploadId, PartETags = tags };
            var completed = await S3Errors.TranslateAsync(() => client.CompleteMultipartUploadAsync(complete, cancellationToken), cancellationToken);
            return (length, completed.ETag is { Length: > 0 } etag ? etag : await AskTagAsync(key, cancellationToken));

            async Task SendAsync(S3Part part)
            {
                var number = tags.Count + 1;
                var request = new UploadPartRequest
                {
                    BucketName = options.Bucket,
                    Key = key,
                    UploadId = begun.UploadId,
                    PartNumber = number,
                    PartSize = part.Length,
                    InputStream = part.Open(),
                    UseChunkEncoding = false,
                    DisablePayloadSigning = !_signBodies,
                };
                var sent = await S3Errors.TranslateAsync(() => client.UploadPartAsync(request, stop.Token), stop.Token);
                part.Release();
                tags.Add(new PartETag(number, sent.ETag));
            }
        }
        catch
        {
            // A part that arrives after the abort would stay.
            await stop.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await AbortAsync(key, begun.UploadId);
            throw;
        }
    }

    /// <summary>Ceph before version 17 does not tell the tag of an object that came in parts.</summary>
    private async Task<string> AskTagAsync(string key, CancellationToken cancellationToken)
    {
        var request = new GetObjectMetadataRequest { BucketName = options.Bucket, Key = key };
        return (await S3Errors.TranslateAsync(() => client.GetObjectMetadataAsync(request, cancellationToken), cancellationToken)).ETag;
    }

    /// <summary>Not cancelled by whoever has cancelled the put; what it cannot remove, the bucket's rule for abandoned uploads does.</summary>
    private async Task AbortAsync(string key, string uploadId)
    {
        using var limit = new CancellationTokenSource(AbortTimeout);
        try
        {
            await client.AbortMultipartUploadAsync(
                new AbortMultipartUploadRequest { BucketName = options.Bucket, Key = key, UploadId = uploadId }, limit.Token);
        }
        catch (AmazonS3Exception exception) when (S3Errors.IsMissing(exception))
        {
            // It is gone already.
        }
        catch (Exception exception)
        {
            // The put's own exception says what went wrong.
            LogNotAborted(key, exception);
        }
    }

    [LoggerMessage(
        40,
        LogLevel.Warning,
        "The parts of {Key}, whose upload was interrupted, could not be removed; the bucket's rule for abandoned uploads does it")]
    private partial void LogNotAborted(string key, Exception exception);
}
