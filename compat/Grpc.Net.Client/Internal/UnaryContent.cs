using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Net.Internal;

namespace Grpc.Net.Client.Internal;

/// <summary>A request of one message, serialized into pooled buffers when the connection asks for it; may be sent again by a retrying handler.</summary>
internal sealed class UnaryContent<TRequest, TResponse> : HttpContent
    where TRequest : class
    where TResponse : class
{
    private readonly GrpcCall<TRequest, TResponse> _call;
    private readonly TRequest _message;

    public UnaryContent(GrpcCall<TRequest, TResponse> call, TRequest message)
    {
        _call = call;
        _message = message;
        Headers.ContentType = new MediaTypeHeaderValue(GrpcHeaders.ContentType);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var pipe = GrpcCallContent.CreatePipe(stream);
        try
        {
            _call.Write(_call.CreateWriter(pipe), _message, _call.Options.WriteOptions);
            await pipe.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Tells the pipe to drop what it holds instead of sending it.
            await pipe.CompleteAsync(exception).ConfigureAwait(false);
            throw;
        }

        await pipe.CompleteAsync().ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}

/// <summary>What request bodies share.</summary>
internal static class GrpcCallContent
{
    // One HTTP/2 data frame of the default size per buffer.
    private static readonly StreamPipeWriterOptions PipeOptions = new(minimumBufferSize: 16 * 1024, leaveOpen: true);

    public static PipeWriter CreatePipe(Stream stream) => PipeWriter.Create(stream, PipeOptions);
}
