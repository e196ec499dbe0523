using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Artorizer.Processor.Engine;
using Google.Protobuf;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Artorizer.Processor.Http;

/// <summary>
/// The way the engine was called before there was gRPC, kept to be compared with: <c>POST /process</c> with
/// multipart/form-data, a part <c>command</c> (JSON of <see cref="ProtectCommand"/>) and then a part <c>image</c>.
/// The answer is multipart/mixed: a part for each file, then <c>completed</c> (JSON of <see cref="Completed"/>).
/// </summary>
public static class ProcessEndpoint
{
    private const int MaxCommandBytes = 256 << 10;
    private static readonly JsonParser CommandParser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>Maps the endpoint.</summary>
    public static IEndpointConventionBuilder MapProcess(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/process", HandleAsync).DisableAntiforgery();

    private static async Task HandleAsync(HttpContext context, ImagePipeline engine, SourceReceiver receiver)
    {
        // The engine has its own limit for originals, and refuses what exceeds it while reading.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        var output = new MultipartOutput(context.Response);
        try
        {
            var reader = OpenForm(context.Request);
            var command = await ReadCommandAsync(reader, context.RequestAborted);
            await engine.RunAsync(
                command, (workspace, token) => ReceiveAsync(reader, receiver, command, workspace, token), output, context.RequestAborted);
        }
        catch (EngineException exception) when (!context.Response.HasStarted)
        {
            await TypedResults.Problem(
                exception.Message,
                statusCode: StatusOf(exception),
                extensions: new Dictionary<string, object?> { ["code"] = exception.Code }).ExecuteAsync(context);
        }
        catch (Exception exception) when (exception is EngineException or OperationCanceledException)
        {
            // Part of the answer is out; only a reset tells the caller that the rest will not come.
            context.Abort();
        }
    }

    private static MultipartReader OpenForm(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 70 } boundary)
        {
            throw new EngineException(JobErrorCodes.InvalidData, "The body must be multipart/form-data with a boundary.");
        }

        return new MultipartReader(boundary, request.Body);
    }

    private static async Task<ProtectCommand> ReadCommandAsync(MultipartReader reader, CancellationToken cancellationToken)
    {
        using var part = new MemoryStream();
        try
        {
            var body = await NextAsync(reader, "command", cancellationToken);
            await foreach (var chunk in SourceReceiver.ChunksOf(body, cancellationToken))
            {
                if (part.Length + chunk.Length > MaxCommandBytes)
                {
                    throw new EngineException(JobErrorCodes.InvalidData, "The part 'command' is too large.");
                }

                part.Write(chunk.Span);
            }

            using var text = new StreamReader(new MemoryStream(part.ToArray()));
            return CommandParser.Parse<ProtectCommand>(text);
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidDataException or BadHttpRequestException)
        {
            throw new EngineException(JobErrorCodes.InvalidData, "The part 'command' is not the JSON of a command.", exception);
        }
    }

    private static async Task<SourceFile> ReceiveAsync(
        MultipartReader reader, SourceReceiver receiver, ProtectCommand command, JobWorkspace workspace, CancellationToken cancellationToken)
    {
        try
        {
            var body = await NextAsync(reader, "image", cancellationToken);
            return await receiver.ReceiveAsync(SourceReceiver.ChunksOf(body, cancellationToken), workspace, command, cancellationToken);
        }
        catch (Exception exception) when (
            exception is IOException or InvalidDataException or BadHttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            throw new EngineException(JobErrorCodes.InvalidData, "The body is not complete multipart/form-data.", exception);
        }
    }

    private static async Task<Stream> NextAsync(MultipartReader reader, string name, CancellationToken cancellationToken)
    {
        var section = await ReadSectionAsync(reader, cancellationToken);
        if (section is null
            || !ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
            || HeaderUtilities.RemoveQuotes(disposition.Name) != name)
        {
            throw new EngineException(JobErrorCodes.InvalidData, $"The part '{name}' is missing; 'command' comes first, then 'image'.");
        }

        return section.Body;
    }

    private static async Task<MultipartSection?> ReadSectionAsync(MultipartReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadNextSectionAsync(cancellationToken);
        }
        catch (IOException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EngineException(JobErrorCodes.InvalidData, "The body is not complete multipart/form-data.", exception);
        }
    }

    private static int StatusOf(EngineException exception) => exception.Code switch
    {
        JobErrorCodes.EngineUnavailable or JobErrorCodes.StorageUnavailable => StatusCodes.Status503ServiceUnavailable,
        JobErrorCodes.Internal => StatusCodes.Status500InternalServerError,
        JobErrorCodes.TimedOut => StatusCodes.Status504GatewayTimeout,
        JobErrorCodes.InvalidOption or JobErrorCodes.UnsupportedText or JobErrorCodes.InvalidData => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
