using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Engine;
using Artorizer.ServiceDefaults.Outbound;
using MessagePack;

namespace Artorizer.Worker.Tasks.Hashes;

/// <summary>Perceptual hashes of an image that is given as bytes or by address; nothing of it is kept.</summary>
internal sealed class ExtractHashesHandler(HashRunner engine, EngineCatalog catalog, PublicHttpClient http, TaskSerializer serializer) : ITaskHandler
{
    public async Task<Payload> HandleAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var input = IsBytes(context.Data)
            ? new ExtractHashesInput { Image = serializer.Read<ReadOnlyMemory<byte>>(context.Data) }
            : serializer.Read<ExtractHashesInput>(context.Data);
        var types = await TypesAsync(input.HashTypes ?? [], cancellationToken);
        var names = types.Chosen(input.HashTypes);
        string[] analyzers = [.. types.AnalyzersOf(names)];
        var completed = input.Image is { } image
            ? await engine.RunAsync(new MemoryStream(image.ToArray(), writable: false), analyzers, context.Attempt, cancellationToken)
            : await FetchAsync(input.ImageUrl!, analyzers, context, cancellationToken);
        var hashes = names.ToDictionary(n => n, n => completed.Hashes[n], StringComparer.Ordinal);
        var result = new ExtractedHashes(hashes, new HashedImage(completed.Width, completed.Height, completed.Format, completed.Mode));
        return serializer.Write(result, context.Data.Format);
    }

    private static bool IsBytes(Payload data) =>
        data.Format == Payload.Binary
        || (data.Format == Payload.MessagePack && new MessagePackReader(data.Bytes).NextMessagePackType == MessagePackType.Binary);

    /// <summary>What the engine said that it computes; it is asked where that does not cover the names.</summary>
    private async Task<HashTypes> TypesAsync(string[] given, CancellationToken cancellationToken)
    {
        if (catalog.Known is { } known && new HashTypes(known) is var earlier && earlier.UnknownOf(given).Length == 0)
        {
            return earlier;
        }

        var types = new HashTypes(await catalog.RefreshAsync(cancellationToken) ?? throw JobFailedException.Unreachable(
            JobWaiting.Engine, new JobError(JobErrorCodes.EngineUnavailable, "No image engine answers.")));
        return types.UnknownOf(given) is { Length: > 0 } unknown
            ? throw new JobFailedException(
                new JobError(
                    JobErrorCodes.InvalidData,
                    $"The task data do not fit: hash_types: unknown: {string.Join(", ", unknown)}; known are {string.Join(", ", types.Names)}"),
                permanent: true)
            : types;
    }

    private async Task<Completed> FetchAsync(Uri url, string[] analyzers, TaskContext context, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(http.Timeout);
        try
        {
            using var response = await http.SendAsync(Request, url, limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                var status = (int)response.StatusCode;
                throw Failed($"the server answered {status}", permanent: status is >= 300 and < 500 and not 408 and not 425 and not 429);
            }

            await using var body = await PlainBody.OpenAsync(response, limit.Token);
            return await engine.RunAsync(body, analyzers, context.Attempt, limit.Token);
        }
        catch (OutboundRefusedException e)
        {
            throw Failed(e.Message, permanent: true, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed($"not read within {http.Timeout.TotalSeconds:0} seconds", permanent: false, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            throw Failed("the server could not be reached, or ended the transfer", permanent: false, e);
        }
    }

    private static HttpRequestMessage Request(Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Accept", "image/*");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        request.Headers.TryAddWithoutValidation("User-Agent", "Artorizer");
        return request;
    }

    private static JobFailedException Failed(string reason, bool permanent, Exception? cause = null) =>
        new(new JobError(permanent ? JobErrorCodes.InvalidData : "image_url_unavailable", $"image_url: {reason}"), permanent, cause);
}
