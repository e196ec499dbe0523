using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Internal;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// One call on the server. Its response has two possible writers, the method and the deadline, so writes are serialized
/// and the call is closed once: by <see cref="EndAsync"/> after the method, or by the deadline before it.
/// </summary>
internal sealed partial class HttpContextServerCallContext : ServerCallContext, IAsyncDisposable
{
    /// <summary>HTTP/2 CANCEL (RFC 9113, section 7).</summary>
    public const int CancelError = 0x8;

    private const int InternalError = 0x2;

    // More than this is sent even if the method said that further messages follow.
    private const int BufferHintLimit = 64 * 1024;

    private static readonly AuthContext Unauthenticated = new(null, []);

    private static readonly HashSet<string> ProtocolHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        GrpcHeaders.Encoding, GrpcHeaders.AcceptEncoding, GrpcHeaders.Timeout,
        HeaderNames.ContentType, HeaderNames.ContentEncoding, HeaderNames.TE, HeaderNames.Host, HeaderNames.AcceptEncoding,
    };

    private readonly MethodSettings _settings;
    private readonly ILogger _logger;
    private readonly MessageWriter _writer;
    private readonly SemaphoreSlim _writes = new(1);
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;
    private Status _status = Status.DefaultSuccess;
    private long _unflushedFrom;
    private bool _closed;

    public HttpContextServerCallContext(HttpContext http, MethodSettings settings, ILogger logger)
    {
        HttpContext = http;
        _settings = settings;
        _logger = logger;
        Reader = new MessageReader(http.Request.BodyReader, settings.MaxReceiveMessageSize, RequestEncoding, settings.Compression);
        _writer = new MessageWriter(http.Response.BodyWriter, settings.MaxSendMessageSize) { CompressionLevel = settings.CompressionLevel };
    }

    public HttpContext HttpContext { get; }

    public MessageReader Reader { get; }

    /// <summary>Cancelled when the client leaves or the deadline passes.</summary>
    public CancellationToken Aborted => _deadlineToken ?? HttpContext.RequestAborted;

    public bool IsEnded => _closed || HttpContext.RequestAborted.IsCancellationRequested;

    protected override string MethodCore => HttpContext.Request.Path.Value!;

    protected override string HostCore => HttpContext.Request.Host.Value!;

    // https://github.com/grpc/grpc/blob/master/doc/naming.md
    protected override string PeerCore => HttpContext.Connection is { RemoteIpAddress: { } address, RemotePort: var port }
        ? address.AddressFamily switch
        {
            AddressFamily.InterNetwork => $"ipv4:{address}:{port}",
            AddressFamily.InterNetworkV6 => $"ipv6:[{address}]:{port}",
            _ => $"unknown:{address}:{port}",
        }
        : "unknown";

    protected override DateTime DeadlineCore => _deadline;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= ReadRequestHeaders();

    protected override CancellationToken CancellationTokenCore => Aborted;

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore
    {
        get => _status;
        set => _status = value;
    }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => Unauthenticated;

    protected override IDictionary<object, object> UserStateCore => HttpContext.Items!;

    private string? RequestEncoding => HttpContext.Request.Headers.TryGetValue(GrpcHeaders.Encoding, out var value) ? value.ToString() : null;

    public void Begin()
    {
        HttpContext.Response.ContentType = GrpcHeaders.ContentType;
        Activity()?.SetTag("grpc.method", MethodCore);
        if (RequestEncoding is { } encoding && !GrpcHeaders.IsIdentity(encoding) && !_settings.Compression.ContainsKey(encoding))
        {
            // The call will fail with UNIMPLEMENTED and "must include a grpc-accept-encoding header" (compression.md).
            HttpContext.Response.Headers[GrpcHeaders.AcceptEncoding] = _settings.AcceptedEncodings;
        }

        UseEncoding(_settings.ResponseEncoding);
        StartDeadline();
    }

    public async ValueTask<T?> ReadAsync<T>(Func<DeserializationContext, T> deserialize, CancellationToken cancellationToken)
        where T : class
    {
        if (!cancellationToken.CanBeCanceled || cancellationToken == Aborted)
        {
            return await Reader.ReadAsync(deserialize, Aborted);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Aborted);
        return await Reader.ReadAsync(deserialize, either.Token);
    }

    /// <summary>Writes the only message; it leaves together with the trailers.</summary>
    public Task WriteResponseAsync<T>(T message, Action<T, SerializationContext> serialize) => WriteAsync(message, serialize, flush: false);

    /// <summary>Writes one message of many and waits until the connection has taken it.</summary>
    public Task WriteStreamedAsync<T>(T message, Action<T, SerializationContext> serialize) =>
        WriteAsync(message, serialize, flush: WriteOptionsCore?.Flags.HasFlag(WriteFlags.BufferHint) is not true);

    public void Reset(int error)
    {
        if (HttpContext.Features.Get<IHttpResetFeature>() is { } reset)
        {
            reset.Reset(error);
        }
        else
        {
            HttpContext.Abort();
        }
    }

    /// <summary>Turns what the method threw into the call's status.</summary>
    public void Fail(Exception exception)
    {
        if (exception is RpcException rpc)
        {
            _status = rpc.Status;
            foreach (var entry in rpc.Trailers)
            {
                ResponseTrailersCore.Add(entry);
            }

            GrpcServerLog.EndedWithStatus(_logger, MethodCore, rpc.StatusCode, rpc.Status.Detail, rpc.Status.DebugException);
            return;
        }

        if (Aborted.IsCancellationRequested)
        {
            GrpcServerLog.Cancelled(_logger, MethodCore, exception);
        }
        else
        {
            GrpcServerLog.Failed(_logger, MethodCore, exception);
        }

        const string Hidden = "Exception was thrown by handler.";
        _status = new Status(StatusCode.Unknown, _settings.DetailedErrors ? $"{Hidden} {exception.GetType().Name}: {exception.Message}" : Hidden, exception);
    }

    /// <summary>Closes the call with status and trailers, unless the deadline has done so.</summary>
    public async Task EndAsync()
    {
        if (!await TryStopDeadlineAsync())
        {
            return;
        }

        // A write that the method did not await still has the response.
        await _writes.WaitAsync();
        _closed = true;
        _writes.Release();
        if (_writer.IsBroken)
        {
            Reset(InternalError);
            return;
        }

        if (!HttpContext.RequestAborted.IsCancellationRequested)
        {
            SetTrailers();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_deadlineTimer is not null)
        {
            await _deadlineTimer.DisposeAsync();
        }

        _deadlineSource?.Dispose();
        _writes.Dispose();
    }

    protected override async Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        await _writes.WaitAsync();
        try
        {
            if (_closed || HttpContext.Response.HasStarted)
            {
                throw new InvalidOperationException("Response headers can only be sent once per call.");
            }

            var headers = new Metadata();
            foreach (var entry in responseHeaders)
            {
                if (entry.Key == GrpcHeaders.RequestCompression)
                {
                    UseEncoding(entry.Value);
                }
                else
                {
                    headers.Add(entry);
                }
            }

            TrailerWriter.Append(HttpContext.Response.Headers, headers);
            await HttpContext.Response.StartAsync();
            await HttpContext.Response.BodyWriter.FlushAsync();
        }
        finally
        {
            _writes.Release();
        }
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Propagation tokens are not supported; pass deadline and cancellation token on.");

    private async Task WriteAsync<T>(T message, Action<T, SerializationContext> serialize, bool flush)
    {
        await _writes.WaitAsync();
        try
        {
            if (IsEnded)
            {
                throw new InvalidOperationException("Can't write the message because the request is complete.");
            }

            // Kestrel's response pipe can be written to after the headers only.
            if (!HttpContext.Response.HasStarted)
            {
                await HttpContext.Response.StartAsync();
            }

            _writer.Write(message, serialize, compress: WriteOptionsCore?.Flags.HasFlag(WriteFlags.NoCompress) is not true);
            if (flush || _writer.TotalBytes - _unflushedFrom > BufferHintLimit)
            {
                _unflushedFrom = _writer.TotalBytes;
                var result = await HttpContext.Response.BodyWriter.FlushAsync();
                if (result.IsCanceled)
                {
                    throw new OperationCanceledException("The deadline passed during the write.");
                }
            }
        }
        finally
        {
            _writes.Release();
        }
    }

    private void UseEncoding(string? encoding)
    {
        if (encoding is null)
        {
            return;
        }

        var accepted = HttpContext.Request.Headers[GrpcHeaders.AcceptEncoding].ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        _writer.Compression = accepted.Contains(encoding, StringComparer.Ordinal) ? _settings.Compression.GetValueOrDefault(encoding) : null;
        if (_writer.Compression is null)
        {
            HttpContext.Response.Headers.Remove(GrpcHeaders.Encoding);
        }
        else
        {
            HttpContext.Response.Headers[GrpcHeaders.Encoding] = encoding;
        }
    }

    private Metadata ReadRequestHeaders()
    {
        var metadata = new Metadata();
        foreach (var (name, values) in HttpContext.Request.Headers)
        {
            if (name.StartsWith(':') || ProtocolHeaders.Contains(name))
            {
                continue;
            }

            foreach (var value in values)
            {
                if (GrpcHeaders.IsBinary(name))
                {
                    BinaryHeader.AddTo(metadata, name, value!);
                }
                else
                {
                    metadata.Add(name, value!);
                }
            }
        }

        return metadata;
    }

    private void SetTrailers()
    {
        try
        {
            TrailerWriter.Set(HttpContext.Response, _status, _responseTrailers);
        }
        catch (InvalidOperationException exception)
        {
            Fail(exception);
            TrailerWriter.SetStatus(HttpContext.Response, _status);
        }

        Activity()?.SetTag("grpc.status_code", ((int)_status.StatusCode).ToString(CultureInfo.InvariantCulture));
    }

    private Activity? Activity() => HttpContext.Features.Get<IHttpActivityFeature>()?.Activity;
}
