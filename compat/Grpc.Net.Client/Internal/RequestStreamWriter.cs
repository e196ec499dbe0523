using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Internal;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// The request stream. The connection hands its stream to <see cref="Content"/>, which stays in
/// <c>SerializeToStreamAsync</c> until the caller completes the stream; writes in between go to that stream and wait
/// for its flow-control window.
/// </summary>
internal sealed class RequestStreamWriter<TRequest, TResponse> : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    // More than this is sent even if the caller said that further messages follow.
    private const int BufferHintLimit = 64 * 1024;

    private readonly GrpcCall<TRequest, TResponse> _call;
    private readonly TaskCompletionSource<PipeWriter> _pipe = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MessageWriter? _writer;
    private int _writing;

    public RequestStreamWriter(GrpcCall<TRequest, TResponse> call)
    {
        _call = call;
        Content = new StreamContent(this);
        WriteOptions = call.Options.WriteOptions;
    }

    public HttpContent Content { get; }

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellationToken.ThrowIfCancellationRequested();
        if (_completed.Task.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("Request stream has already been completed.");
        }

        if (Interlocked.Exchange(ref _writing, 1) == 1)
        {
            throw new InvalidOperationException("Can't write the message because the previous write is in progress.");
        }

        try
        {
            using var registration = _call.CancelOn(cancellationToken);
            await WriteCoreAsync(message).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    public Task CompleteAsync()
    {
        if (Volatile.Read(ref _writing) == 1)
        {
            throw new InvalidOperationException("Can't complete the client stream writer because the previous write is in progress.");
        }

        _completed.TrySetResult();
        return Task.CompletedTask;
    }

    private async Task WriteCoreAsync(TRequest message)
    {
        try
        {
            var pipe = await _pipe.Task.WaitAsync(_call.Ended).ConfigureAwait(false);
            _call.Ended.ThrowIfCancellationRequested();
            _writer ??= _call.CreateWriter(pipe);
            _call.Write(_writer, message, WriteOptions);
            if (WriteOptions?.Flags.HasFlag(WriteFlags.BufferHint) is not true || pipe.UnflushedBytes > BufferHintLimit)
            {
                await pipe.FlushAsync(_call.Ended).ConfigureAwait(false);
            }
        }
        catch (RpcException)
        {
            // A message over the size limit: nothing of it was written, the call goes on.
            throw;
        }
        catch (Exception exception)
        {
            throw await _call.WriteFailedAsync(exception).ConfigureAwait(false);
        }
    }

    private sealed class StreamContent : HttpContent
    {
        private readonly RequestStreamWriter<TRequest, TResponse> _owner;

        public StreamContent(RequestStreamWriter<TRequest, TResponse> owner)
        {
            _owner = owner;
            Headers.ContentType = new MediaTypeHeaderValue(GrpcHeaders.ContentType);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            var pipe = GrpcCallContent.CreatePipe(stream);
            try
            {
                // Sends the headers now; the server may answer before the first message.
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
                if (!_owner._pipe.TrySetResult(pipe))
                {
                    throw new InvalidOperationException("A request stream can be sent once only.");
                }

                await _owner._completed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                // The pipe is not completed here: a write may still be using it. Its buffers go with it.
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
}
