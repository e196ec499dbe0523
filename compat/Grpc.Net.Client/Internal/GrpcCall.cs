using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Net.Internal;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// One call, of any kind. It ends exactly once, when <see cref="_status"/> is set: by the response, by an error, by the
/// deadline, by a token, or by disposal. Whichever comes first is what every reader, writer and awaiter is then told.
/// </summary>
internal sealed partial class GrpcCall<TRequest, TResponse> : IDisposable
    where TRequest : class
    where TResponse : class
{
    private static readonly StreamPipeReaderOptions ReadOptions = new(bufferSize: 16 * 1024, minimumReadSize: 4 * 1024, useZeroByteReads: true);

    private readonly GrpcChannel _channel;
    private readonly Method<TRequest, TResponse> _method;
    private readonly string? _host;
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource<Status> _status = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<TResponse>? _response;
    private readonly TaskCompletionSource<MessageReader?>? _messages;
    private readonly string? _requestEncoding;
    private CancellationTokenRegistration _callerToken;
    private Timer? _deadlineTimer;
    private HttpResponseMessage? _http;
    private Metadata? _trailers;
    private Activity? _activity;

    public GrpcCall(GrpcChannel channel, Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        if (options.Deadline is { } deadline && deadline.Kind != DateTimeKind.Utc && deadline != DateTime.MaxValue && deadline != DateTime.MinValue)
        {
            throw new InvalidOperationException("Deadline must have a kind DateTimeKind.Utc or be equal to DateTime.MaxValue or DateTime.MinValue.");
        }

        _channel = channel;
        _method = method;
        _host = host;
        Options = options;
        _requestEncoding = options.Headers?.GetValue(GrpcHeaders.RequestCompression);
        channel.Register(this);
        if (method.Type is MethodType.Unary or MethodType.ClientStreaming)
        {
            _response = new TaskCompletionSource<TResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        else
        {
            _messages = new TaskCompletionSource<MessageReader?>(TaskCreationOptions.RunContinuationsAsynchronously);
            ResponseStream = new ResponseStreamReader<TRequest, TResponse>(this);
        }
    }

    public CallOptions Options { get; }

    /// <summary>Cancelled when the call ends, by whatever cause.</summary>
    public CancellationToken Ended => _ended.Token;

    public Task<TResponse> ResponseAsync => _response!.Task;

    public Task<Metadata> ResponseHeadersAsync => _headers.Task;

    public IAsyncStreamReader<TResponse> ResponseStream { get; } = null!;

    public HttpContent UnaryContent(TRequest message) => new UnaryContent<TRequest, TResponse>(this, message);

    public void Start(HttpContent content)
    {
        GrpcCallLog.Starting(_channel.Logger, _method.FullName, _channel.Address);
        _callerToken = Options.CancellationToken.CanBeCanceled ? CancelOn(Options.CancellationToken) : default;
        StartDeadline();
        _ = RunAsync(content);
    }

    public Status GetStatus() => _status.Task.IsCompletedSuccessfully
        ? _status.Task.Result
        : throw new InvalidOperationException("Unable to get the status because the call is not complete.");

    public Metadata GetTrailers() => _status.Task.IsCompletedSuccessfully
        ? _trailers ?? Metadata.Empty
        : throw new InvalidOperationException("Can't get the call trailers because the call has not completed successfully.");

    public void Dispose() => End(new Status(StatusCode.Cancelled, "gRPC call disposed."));

    public CancellationTokenRegistration CancelOn(CancellationToken cancellationToken) => cancellationToken.UnsafeRegister(
        static (state, token) => ((GrpcCall<TRequest, TResponse>)state!).End(
            new Status(StatusCode.Cancelled, "Call canceled by the client.", new OperationCanceledException(token))),
        this);

    public MessageWriter CreateWriter(PipeWriter pipe) => new(pipe, _channel.MaxSendMessageSize)
    {
        Compression = _requestEncoding is not null && !GrpcHeaders.IsIdentity(_requestEncoding) ? _channel.Compression[_requestEncoding] : null,
    };

    /// <summary>Serializes into the writer's pipe. A message over the limit is an error of the write; a broken one ends the call.</summary>
    public void Write(MessageWriter writer, TRequest message, WriteOptions? options)
    {
        try
        {
            writer.Write(message, _method.RequestMarshaller.ContextualSerializer, options?.Flags.HasFlag(WriteFlags.NoCompress) is not true);
        }
        catch (Exception exception) when (writer.IsBroken || _method.Type is MethodType.Unary or MethodType.ServerStreaming)
        {
            End(ExceptionStatus.From("Error starting gRPC call.", exception));
            throw;
        }
    }

    /// <summary>What a failed write means to the caller: the call's own end where there is one.</summary>
    public async ValueTask<Exception> WriteFailedAsync(Exception exception)
    {
        if (_response is not null || _status.Task.IsCompleted)
        {
            // The server closed the stream or the connection is gone; the response says which, and it is being read.
            var status = await _status.Task.ConfigureAwait(false);
            return status.StatusCode == StatusCode.OK
                ? new InvalidOperationException("Can't write the message because the call is complete.", exception)
                : ToException(status);
        }

        // The status is still to be read from the response stream, by the caller.
        return exception is OperationCanceledException
            ? new RpcException(new Status(StatusCode.Cancelled, "The server ended the request stream.", exception))
            : new RpcException(ExceptionStatus.From("Error writing message.", exception));
    }

    /// <summary>The next message of the response stream; null at its end if all went well.</summary>
    public async ValueTask<TResponse?> ReadNextAsync()
    {
        MessageReader? reader = null;
        try
        {
            if (!_status.Task.IsCompleted)
            {
                reader = await _messages!.Task.ConfigureAwait(false);
                if (reader is not null)
                {
                    var message = await reader.ReadAsync(_method.ResponseMarshaller.ContextualDeserializer, _ended.Token).ConfigureAwait(false);
                    if (message is not null)
                    {
                        return message;
                    }

                    EndFromTrailers();
                }
            }
        }
        catch (Exception exception)
        {
            Fail("Error reading next message.", exception);
        }

        reader?.Complete();
        var status = await _status.Task.ConfigureAwait(false);
        return status.StatusCode == StatusCode.OK ? null : throw ToException(status);
    }

    private async Task RunAsync(HttpContent content)
    {
        _activity = GrpcActivity.Start(_method.FullName);
        try
        {
            using var request = CreateRequest(content);
            await AddCredentialsAsync(request).ConfigureAwait(false);
            _ended.Token.ThrowIfCancellationRequested();
            var response = _channel.Invoker is HttpClient client
                ? await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _ended.Token).ConfigureAwait(false)
                : await _channel.Invoker.SendAsync(request, _ended.Token).ConfigureAwait(false);
            Interlocked.Exchange(ref _http, response);
            if (_ended.IsCancellationRequested)
            {
                // The call ended between the headers and here; nobody else saw the response.
                response.Dispose();
                return;
            }

            await ReadResponseAsync(response).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Fail("Error starting gRPC call.", exception);
        }
    }

    private async Task ReadResponseAsync(HttpResponseMessage response)
    {
        var early = ResponseStatus.FromHeaders(response);
        var headers = ResponseStatus.ToMetadata(response.Headers);
        _headers.TrySetResult(headers);
        if (early is { } status)
        {
            _trailers = headers;
            End(status.StatusCode == StatusCode.OK && _response is not null
                ? new Status(StatusCode.Internal, "Failed to deserialize response message. The response header contains a gRPC status of OK without a message.")
                : status);
            return;
        }

        var stream = await response.Content.ReadAsStreamAsync(_ended.Token).ConfigureAwait(false);
        var encoding = response.Headers.NonValidated.TryGetValues(GrpcHeaders.Encoding, out var values) ? values.ToString() : null;
        var reader = new MessageReader(PipeReader.Create(stream, ReadOptions), _channel.MaxReceiveMessageSize, encoding, _channel.Compression);
        if (_messages is not null)
        {
            _messages.TrySetResult(reader);
            return;
        }

        try
        {
            EndFromTrailers(await reader.ReadSingleAsync(_method.ResponseMarshaller.ContextualDeserializer, _ended.Token).ConfigureAwait(false));
        }
        finally
        {
            reader.Complete();
        }
    }

    private HttpRequestMessage CreateRequest(HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_channel.Address, _method.FullName))
        {
            Version = _channel.HttpVersion,
            VersionPolicy = _channel.HttpVersionPolicy,
            Content = content,
        };
        var headers = request.Headers;
        headers.Host = _host;
        headers.TryAddWithoutValidation("User-Agent", GrpcActivity.UserAgent);
        headers.TryAddWithoutValidation("TE", "trailers");
        headers.TryAddWithoutValidation(GrpcHeaders.AcceptEncoding, _channel.AcceptedEncodings);
        if (Options.Deadline is { } deadline && deadline != DateTime.MaxValue)
        {
            headers.TryAddWithoutValidation(GrpcHeaders.Timeout, GrpcTimeout.Encode(deadline - DateTime.UtcNow));
        }

        if (_requestEncoding is not null)
        {
            if (!GrpcHeaders.IsIdentity(_requestEncoding) && !_channel.Compression.ContainsKey(_requestEncoding))
            {
                throw new InvalidOperationException($"Could not find compression provider for '{_requestEncoding}'.");
            }

            headers.TryAddWithoutValidation(GrpcHeaders.Encoding, _requestEncoding);
        }

        AddMetadata(headers, Options.Headers);
        return request;
    }

    private async ValueTask AddCredentialsAsync(HttpRequestMessage request)
    {
        if (!_channel.SendsCallCredentials || (Options.Credentials ?? _channel.CallCredentials) is null)
        {
            return;
        }

        var serviceUrl = new Uri(_channel.Address, "/" + _method.ServiceName).ToString();
        var context = new AuthInterceptorContext(serviceUrl, _method.Name, _ended.Token);
        foreach (var credentials in new[] { _channel.CallCredentials, Options.Credentials })
        {
            foreach (var interceptor in credentials?.Interceptors ?? [])
            {
                var metadata = new Metadata();
                await interceptor(context, metadata).ConfigureAwait(false);
                AddMetadata(request.Headers, metadata);
            }
        }
    }

    private static void AddMetadata(System.Net.Http.Headers.HttpRequestHeaders headers, Metadata? metadata)
    {
        foreach (var entry in metadata ?? Metadata.Empty)
        {
            if (entry.Key != GrpcHeaders.RequestCompression)
            {
                headers.TryAddWithoutValidation(entry.Key, entry.IsBinary ? BinaryHeader.Encode(entry) : entry.Value);
            }
        }
    }

    private void EndFromTrailers(TResponse? message = null)
    {
        var response = _http!;
        var status = ResponseStatus.FromTrailers(response);
        _trailers = ResponseStatus.ToMetadata(response.TrailingHeaders);
        if (_response is not null && message is null && status.StatusCode == StatusCode.OK)
        {
            status = new Status(StatusCode.Internal, "Failed to deserialize response message.");
        }

        End(status, message);
    }

    private void Fail(string summary, Exception exception)
    {
        var status = ExceptionStatus.From(summary, exception);
        if (status.StatusCode == StatusCode.Cancelled && Options.Deadline <= DateTime.UtcNow)
        {
            // The server's clock was a little ahead: its reset arrived before the own timer fired.
            status = new Status(StatusCode.DeadlineExceeded, string.Empty, exception);
        }

        End(status);
    }

    private void End(Status status, TResponse? message = null)
    {
        if (!_status.TrySetResult(status))
        {
            return;
        }

        var failed = status.StatusCode != StatusCode.OK;
        if (failed)
        {
            GrpcCallLog.Failed(_channel.Logger, _method.FullName, status.StatusCode, status.Detail, status.DebugException);
            var exception = ToException(status);
            SetException(_headers, exception);
            SetException(_response, exception);
            SetException(_messages, exception);
        }
        else
        {
            _response?.TrySetResult(message!);
            // A trailers-only OK: there are no messages to wait for.
            _messages?.TrySetResult(null);
        }

        _activity?.SetTag("grpc.status_code", ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture));
        _activity?.Stop();
        _deadlineTimer?.Dispose();
        _callerToken.Unregister();
        _channel.Unregister(this);
        // Ends pending reads and writes and, while the request or response is unfinished, resets the stream.
        _ended.Cancel();
        _http?.Dispose();
    }

    private static void SetException<T>(TaskCompletionSource<T>? source, Exception exception)
    {
        if (source is not null && source.TrySetException(exception))
        {
            // Seen here, so that a caller who awaits only one of a call's tasks leaves no unobserved exception behind.
            _ = source.Task.Exception;
        }
    }
}
