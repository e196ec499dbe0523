using System.Runtime.CompilerServices;
using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Artorizer.Processor.Engine;
using Artorizer.Processor.Transfers;
using Artorizer.Processor.Watermarks;
using Grpc.Core;

namespace Artorizer.Processor.Grpc;

/// <summary>The engine over gRPC. Errors carry their code in the trailer <see cref="JobErrorCodes.Trailer"/>.</summary>
public sealed class ImageEngineService(
    ImagePipeline engine, WatermarkDetector detector, ObjectTransfer transfer, SourceReceiver receiver, EngineCapabilities capabilities)
    : Contracts.Engine.ImageEngine.ImageEngineBase
{
    /// <inheritdoc/>
    public override Task Protect(ProtectCommand request, IServerStreamWriter<EngineEvent> responseStream, ServerCallContext context) =>
        AnswerAsync(async cancellationToken =>
        {
            await engine.RunAsync(
                request,
                (workspace, token) => transfer.FetchAsync(request, workspace, token),
                new UrlOutput(request, transfer, responseStream),
                cancellationToken);
            return true;
        }, context);

    /// <inheritdoc/>
    public override Task ProtectStream(
        IAsyncStreamReader<ProtectStreamRequest> requestStream, IServerStreamWriter<EngineEvent> responseStream, ServerCallContext context) =>
        AnswerAsync(async cancellationToken =>
        {
            if (!await requestStream.MoveNext(cancellationToken) || requestStream.Current.Command is not { } command)
            {
                throw new EngineException(JobErrorCodes.InvalidData, "The first message must be the command.");
            }

            await engine.RunAsync(
                command,
                (workspace, token) => receiver.ReceiveAsync(ChunksOf(requestStream, token), workspace, command, token),
                new ChunkOutput(responseStream),
                cancellationToken);
            return true;
        }, context);

    /// <inheritdoc/>
    public override Task<DetectWatermarkResponse> DetectWatermark(
        IAsyncStreamReader<DetectWatermarkRequest> requestStream, ServerCallContext context) =>
        AnswerAsync(cancellationToken => detector.DetectAsync(ChunksOf(requestStream, cancellationToken), cancellationToken), context);

    /// <inheritdoc/>
    public override Task<EngineDescription> Describe(DescribeRequest request, ServerCallContext context) =>
        Task.FromResult(capabilities.Describe());

    private static async Task<T> AnswerAsync<T>(Func<CancellationToken, Task<T>> call, ServerCallContext context)
    {
        try
        {
            return await call(context.CancellationToken);
        }
        catch (EngineException exception)
        {
            throw new RpcException(
                new Status(StatusOf(exception), exception.Message),
                new Metadata { { JobErrorCodes.Trailer, exception.Code } });
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(
                new Status(StatusCode.Cancelled, "The call was cancelled."),
                new Metadata { { JobErrorCodes.Trailer, JobErrorCodes.Cancelled } });
        }
    }

    private static StatusCode StatusOf(EngineException exception) => exception.Code switch
    {
        JobErrorCodes.EngineUnavailable => StatusCode.ResourceExhausted,
        JobErrorCodes.StorageUnavailable => StatusCode.Unavailable,
        JobErrorCodes.OriginalDamaged => StatusCode.DataLoss,
        JobErrorCodes.Internal => StatusCode.Internal,
        _ => StatusCode.InvalidArgument,
    };

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ChunksOf(
        IAsyncStreamReader<ProtectStreamRequest> stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await stream.MoveNext(cancellationToken))
        {
            yield return stream.Current.RequestCase == ProtectStreamRequest.RequestOneofCase.Chunk
                ? stream.Current.Chunk.Memory
                : throw new EngineException(JobErrorCodes.InvalidData, "Only chunks may follow the command.");
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ChunksOf(
        IAsyncStreamReader<DetectWatermarkRequest> stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await stream.MoveNext(cancellationToken))
        {
            yield return stream.Current.Chunk.Memory;
        }
    }
}
