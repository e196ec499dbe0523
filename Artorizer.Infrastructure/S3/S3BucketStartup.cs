using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Artorizer.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Artorizer.Infrastructure.S3;

/// <summary>
/// Makes the bucket if it is missing and sets two rules of it: for multipart uploads that a crash has left, and for web pages
/// that use presigned URLs. Rules of others are kept. Goes on trying until the server answers; the service starts meanwhile.
/// </summary>
internal sealed partial class S3BucketStartup(IAmazonS3 client, IOptions<S3Options> options, TimeProvider time, ILogger<S3BucketStartup> logger)
    : BackgroundService
{
    private const string UploadsRule = "artorizer-abandoned-uploads";
    private const string PagesRule = "artorizer-presigned";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(15);
    private readonly S3Options _options = options.Value;

    /// <summary>Begins, and gives the bucket a moment, so that the first request finds it where the server runs.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        await Task.WhenAny(ExecuteTask!, Task.Delay(StartTimeout, cancellationToken));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_options.ManageBucket)
        {
            return;
        }

        for (var delay = FirstDelay; ; delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay)
        {
            try
            {
                await S3Errors.TranslateAsync(() => EnsureBucketAsync(stoppingToken), stoppingToken);
                break;
            }
            catch (Exception exception) when (exception is StoreUnavailableException or AmazonServiceException)
            {
                // A refusal, too: the key may be made later than we start.
                LogWaiting(_options.Bucket, Reason(exception), delay.TotalSeconds);
                await Task.Delay(delay, time, stoppingToken);
            }
        }

        await TrySetAsync("lifecycle", SetLifecycleAsync, stoppingToken);
        await TrySetAsync("CORS", SetCorsAsync, stoppingToken);
    }

    private async Task<bool> EnsureBucketAsync(CancellationToken cancellationToken)
    {
        try
        {
            await client.HeadBucketAsync(new HeadBucketRequest { BucketName = _options.Bucket }, cancellationToken);
            return false;
        }
        catch (AmazonServiceException exception) when (S3Errors.IsMissing(exception))
        {
            // Made below.
        }

        try
        {
            // Only AWS has regions to make a bucket in; other servers take the constraint for a name of their own.
            await client.PutBucketAsync(
                new PutBucketRequest { BucketName = _options.Bucket, UseClientRegion = _options.Endpoint is null }, cancellationToken);
            LogMade(_options.Bucket);
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode is "BucketAlreadyOwnedByYou")
        {
            // Another service has been quicker.
        }

        return true;
    }

    private async Task SetLifecycleAsync(CancellationToken cancellationToken)
    {
        if (_options.AbandonedUploadDays == 0)
        {
            return;
        }

        var rules = await FindAsync(async () =>
            (await client.GetLifecycleConfigurationAsync(
                new GetLifecycleConfigurationRequest { BucketName = _options.Bucket }, cancellationToken)).Configuration?.Rules);
        if (rules.Exists(rule => rule.Id == UploadsRule && rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation == _options.AbandonedUploadDays))
        {
            return;
        }

        rules.RemoveAll(rule => rule.Id == UploadsRule);
        rules.Add(new LifecycleRule
        {
            Id = UploadsRule,
            Status = LifecycleRuleStatus.Enabled,
            Filter = new LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = "" } },
            AbortIncompleteMultipartUpload = new LifecycleRuleAbortIncompleteMultipartUpload { DaysAfterInitiation = _options.AbandonedUploadDays },
        });
        await client.PutLifecycleConfigurationAsync(
            new PutLifecycleConfigurationRequest { BucketName = _options.Bucket, Configuration = new LifecycleConfiguration { Rules = rules } },
            cancellationToken);
    }

    private async Task SetCorsAsync(CancellationToken cancellationToken)
    {
        if (_options.Origins is not { Count: > 0 } origins)
        {
            return;
        }

        var rules = await FindAsync(async () =>
            (await client.GetCORSConfigurationAsync(
                new GetCORSConfigurationRequest { BucketName = _options.Bucket }, cancellationToken)).Configuration?.Rules);
        if (rules.Exists(rule => rule.Id == PagesRule && rule.AllowedOrigins.ToHashSet().SetEquals(origins)))
        {
            return;
        }

        rules.RemoveAll(rule => rule.Id == PagesRule);
        rules.Add(new CORSRule
        {
            Id = PagesRule,
            AllowedOrigins = [.. origins],
            AllowedMethods = ["GET", "HEAD", "PUT"],
            AllowedHeaders = ["*"],
            ExposeHeaders = ["ETag", "Content-Length", "Content-Range", "Content-Disposition"],
            MaxAgeSeconds = 3600,
        });
        await client.PutCORSConfigurationAsync(
            new PutCORSConfigurationRequest { BucketName = _options.Bucket, Configuration = new CORSConfiguration { Rules = rules } },
            cancellationToken);
    }

    // A bucket without any is answered with an error, or with nothing.
    private static async Task<List<T>> FindAsync<T>(Func<Task<List<T>?>> get)
    {
        try
        {
            return await get() ?? [];
        }
        catch (AmazonServiceException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return [];
        }
    }

    private async Task TrySetAsync(string name, Func<CancellationToken, Task> set, CancellationToken cancellationToken)
    {
        try
        {
            await set(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Not every server has these rules, and not every key may set them; nothing that is stored depends on them.
            LogRuleRefused(name, _options.Bucket, Reason(exception));
        }
    }

    private static string Reason(Exception exception) => exception switch
    {
        AmazonServiceException { ErrorCode: { Length: > 0 } code } => code,
        { InnerException: AmazonServiceException { ErrorCode: { Length: > 0 } code } } => code,
        { InnerException: { } inner } => inner.GetBaseException().Message,
        _ => exception.Message,
    };

    [LoggerMessage(41, LogLevel.Information, "Made the bucket {Bucket}")]
    private partial void LogMade(string bucket);

    [LoggerMessage(42, LogLevel.Warning, "The bucket {Bucket} cannot be reached yet ({Reason}); trying again in {Seconds} s")]
    private partial void LogWaiting(string bucket, string reason, double seconds);

    [LoggerMessage(43, LogLevel.Warning, "The server did not take the {Rule} rule of bucket {Bucket} ({Reason}); set it by hand where it is needed")]
    private partial void LogRuleRefused(string rule, string bucket, string reason);
}
