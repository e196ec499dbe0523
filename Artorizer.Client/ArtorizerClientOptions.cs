namespace Artorizer.Client;

/// <summary>Settings of an <see cref="ArtorizerClient"/>.</summary>
public sealed record ArtorizerClientOptions
{
    /// <summary>Name of the transport that is no HTTP wire format.</summary>
    public const string Grpc = "grpc";

    /// <summary>Port of the gRPC API when <see cref="GrpcUrl"/> is not given.</summary>
    public const int DefaultGrpcPort = 50051;

    /// <summary>
    /// How messages travel: <c>json</c> (the default), <c>msgpack</c>, <c>protobuf</c>, <c>thrift-compact</c>, <c>thrift-binary</c>,
    /// <c>capnp</c> or <c>capnp-packed</c> over HTTP, or <c>grpc</c>. <c>thrift</c> is short for <c>thrift-compact</c>.
    /// </summary>
    public string Protocol { get; init; } = "json";

    /// <summary>Sent as <c>Authorization: Bearer</c>; none by default, which a server without keys allows to callers on its own machine.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Address of the gRPC API, for <c>grpc</c> only; the host of the HTTP address at port 50051 by default.</summary>
    public Uri? GrpcUrl { get; init; }

    /// <summary>How long calls may take.</summary>
    public ArtorizerTimeouts Timeouts { get; init; } = new();

    /// <summary>
    /// Images of at least as many bytes are uploaded so that an interrupted upload continues where it was; 8 MiB by default. Over
    /// gRPC, and from streams that cannot seek, it starts over.
    /// </summary>
    public long ResumableFrom { get; init; } = 8 << 20;

    /// <summary>How often a call is tried again, 0..20; 4 by default. Only calls that can be repeated without harm are.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>
    /// Pause before the first retry; it doubles each time, with jitter. 250 ms by default. A server's <c>Retry-After</c>
    /// takes precedence.
    /// </summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest pause before a retry; a server that asks for a longer one is not tried again. 30 s by default.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Sends the HTTP requests; the caller disposes it. By default the client has one of its own.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Clock of pauses and time limits.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
