using System.Net;
using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Artorizer.Processor.Engine;
using Microsoft.Extensions.Options;

namespace Artorizer.Processor.Transfers;

/// <summary>
/// Reads originals from presigned URLs and writes artifacts to them. It has a client of its own: the usual retry
/// handlers buffer bodies, while here each attempt reads the file anew.
/// </summary>
public sealed class ObjectTransfer(
    SourceReceiver receiver, TimeProvider time, IOptions<ProcessorOptions> options, ILogger<ObjectTransfer> logger) : IDisposable
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // the job has a time limit
    };

    /// <summary>Reads the original.</summary>
    /// <exception cref="EngineException">
    /// <c>original_missing</c>, <c>storage_unavailable</c>, <c>invalid_image</c> or <c>invalid_option</c>.
    /// </exception>
    public Task<SourceFile> FetchAsync(ProtectCommand command, JobWorkspace workspace, CancellationToken cancellationToken)
    {
        receiver.CheckLength(command.SourceLength);
        var url = Parse(command.SourceUrl);
        return RetryAsync("read the original", () => FetchOnceAsync(url, command, workspace, cancellationToken), cancellationToken);
    }

    /// <summary>Writes an artifact to its target.</summary>
    /// <exception cref="EngineException"><c>storage_unavailable</c> or <c>invalid_option</c>.</exception>
    public Task StoreAsync(EngineArtifact artifact, ArtifactTarget target, CancellationToken cancellationToken)
    {
        var url = Parse(target.Url);
        return RetryAsync("store " + artifact.Variant, () => StoreOnceAsync(url, artifact, target, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static Uri Parse(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new EngineException(JobErrorCodes.InvalidOption, "A URL of the job is not an absolute http or https URL.");

    private async Task<SourceFile> FetchOnceAsync(Uri url, ProtectCommand command, JobWorkspace workspace, CancellationToken cancellationToken)
    {
        using var response = await _client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            throw new EngineException(JobErrorCodes.OriginalMissing, "The original is no longer in the store.");
        }

        response.EnsureSuccessStatusCode();
        receiver.CheckLength(response.Content.Headers.ContentLength ?? 0);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await receiver.ReceiveAsync(SourceReceiver.ChunksOf(body, cancellationToken), workspace, command, cancellationToken);
    }

    private async Task<bool> StoreOnceAsync(Uri url, EngineArtifact artifact, ArtifactTarget target, CancellationToken cancellationToken)
    {
        await using var file = JobWorkspace.OpenRead(artifact.Path);
        using var content = new StreamContent(file, 128 << 10);
        content.Headers.ContentLength = artifact.Length;
        var method = new HttpMethod(string.IsNullOrEmpty(target.Method) ? "PUT" : target.Method);
        using var request = new HttpRequestMessage(method, url) { Content = content };
        foreach (var (name, value) in target.Headers)
        {
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && !request.Headers.TryAddWithoutValidation(name, value))
            {
                content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        if (!content.Headers.Contains("Content-Type"))
        {
            content.Headers.TryAddWithoutValidation("Content-Type", artifact.ContentType);
        }

        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        return true;
    }

    private async Task<T> RetryAsync<T>(string action, Func<Task<T>> attempt, CancellationToken cancellationToken)
    {
        for (var (number, delay) = (1, FirstDelay); ; number++, delay *= 3)
        {
            try
            {
                return await attempt();
            }
            catch (Exception exception) when (MayRecover(exception) && number < options.Value.TransferAttempts)
            {
                logger.Retrying(number, action, delay, exception);
                await Task.Delay(delay, time, cancellationToken);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
            {
                // Also a refused signature: it may have expired, and the next attempt of the job brings a new one.
                throw new EngineException(JobErrorCodes.StorageUnavailable, "The object store could not be reached.", exception);
            }
        }
    }

    private static bool MayRecover(Exception exception) => exception switch
    {
        HttpRequestException { StatusCode: { } status } =>
            (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests,
        EngineException { Code: JobErrorCodes.StorageUnavailable } => true,
        _ => exception is HttpRequestException or HttpIOException or IOException { InnerException: System.Net.Sockets.SocketException },
    };
}
