using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client.Internal;
using Grpc.Net.Compression;
using Grpc.Net.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grpc.Net.Client;

/// <summary>A server's address and the HTTP/2 connections to it. Costly to make, cheap to share, safe to use from any thread.</summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly ConcurrentDictionary<IDisposable, byte> _calls = new();
    private readonly bool _ownsInvoker;
    private volatile bool _disposed;

    private GrpcChannel(Uri address, GrpcChannelOptions options)
        : base(address.Authority)
    {
        Address = address;
        MaxSendMessageSize = options.MaxSendMessageSize;
        MaxReceiveMessageSize = options.MaxReceiveMessageSize;
        Compression = MessageCompression.ByName(options.CompressionProviders ?? (IEnumerable<ICompressionProvider>)MessageCompression.Default);
        AcceptedEncodings = MessageCompression.Accepted(Compression);
        ThrowsOperationCanceled = options.ThrowOperationCanceledOnCancellation;
        HttpVersion = options.HttpVersion ?? GrpcHeaders.Http2;
        HttpVersionPolicy = options.HttpVersionPolicy ?? System.Net.Http.HttpVersionPolicy.RequestVersionExact;
        Logger = (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger<GrpcChannel>();

        var isSecure = address.Scheme == Uri.UriSchemeHttps;
        if (options.Credentials is { } credentials && credentials.IsSecure != isSecure)
        {
            throw new InvalidOperationException(
                $"Channel is configured with {(credentials.IsSecure ? "secure" : "insecure")} channel credentials and can't use a HttpClient with a '{address.Scheme}' scheme.");
        }

        SendsCallCredentials = isSecure || options.UnsafeUseInsecureChannelCallCredentials;
        CallCredentials = SendsCallCredentials ? options.Credentials?.CallCredentials : null;
        (Invoker, _ownsInvoker) = CreateInvoker(options);
    }

    internal Uri Address { get; }

    internal HttpMessageInvoker Invoker { get; }

    internal int? MaxSendMessageSize { get; }

    internal int? MaxReceiveMessageSize { get; }

    internal IReadOnlyDictionary<string, ICompressionProvider> Compression { get; }

    internal string AcceptedEncodings { get; }

    internal bool ThrowsOperationCanceled { get; }

    internal bool SendsCallCredentials { get; }

    internal CallCredentials? CallCredentials { get; }

    internal Version HttpVersion { get; }

    internal HttpVersionPolicy HttpVersionPolicy { get; }

    internal ILogger Logger { get; }

    public static GrpcChannel ForAddress(string address) => ForAddress(address, new GrpcChannelOptions());

    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        return ForAddress(new Uri(address), channelOptions);
    }

    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        if (channelOptions is { HttpClient: not null, HttpHandler: not null })
        {
            throw new ArgumentException(
                "HttpClient and HttpHandler have been configured. Only one HTTP caller can be specified.", nameof(channelOptions));
        }

        if (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
        {
            throw new InvalidOperationException($"No address resolver configured for the scheme '{address.Scheme}'.");
        }

        return new GrpcChannel(address, channelOptions);
    }

    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new HttpClientCallInvoker(this);
    }

    /// <summary>Cancels the calls that still run.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        foreach (var call in _calls.Keys)
        {
            call.Dispose();
        }

        if (_ownsInvoker)
        {
            Invoker.Dispose();
        }
    }

    internal void Register(IDisposable call)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _calls.TryAdd(call, 0);
    }

    internal void Unregister(IDisposable call) => _calls.TryRemove(call, out _);

    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }

    private static (HttpMessageInvoker Invoker, bool Owned) CreateInvoker(GrpcChannelOptions options)
    {
        if (options.HttpClient is { } client)
        {
            return (client, options.DisposeHttpClient);
        }

        if (options.HttpHandler is { } handler)
        {
            return (new HttpMessageInvoker(handler, options.DisposeHttpClient), true);
        }

        // A server may limit the streams of a connection (Kestrel: 100); more calls then take a further connection.
#pragma warning disable CA2000 // The invoker owns the handler.
        return (new HttpMessageInvoker(new SocketsHttpHandler { EnableMultipleHttp2Connections = true }, disposeHandler: true), true);
#pragma warning restore CA2000
    }
}
