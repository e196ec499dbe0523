using System.ComponentModel.DataAnnotations;

namespace Artorizer.Router.Limits;

/// <summary>What the router accepts; section <c>Limits</c>.</summary>
internal sealed class RouterLimits
{
    public const string Section = "Limits";

    /// <summary>Largest image in bytes. Default 256 MiB.</summary>
    [Range(1, 16L << 30)]
    public long MaxFileBytes { get; set; } = 256L << 20;

    /// <summary>Largest picture in pixels, of all its frames or pages together. Default 100 million.</summary>
    [Range(1, 10_000_000_000)]
    public long MaxPixels { get; set; } = 100_000_000;

    /// <summary>Longest side of a picture in pixels. Default 32,767.</summary>
    [Range(1, 1_000_000)]
    public int MaxSide { get; set; } = 32_767;

    /// <summary>Most frames or pages a picture may have. Default 1,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxFrames { get; set; } = 1_000;

    /// <summary>Largest body of a message that is not a file, in bytes. Default 4 MiB.</summary>
    [Range(1024, 256 << 20)]
    public int MaxMessageBytes { get; set; } = 4 << 20;

    /// <summary>New jobs are refused with 503 while this many wait or run. Default 1,000,000.</summary>
    [Range(0, long.MaxValue)]
    public long MaxBacklog { get; set; } = 1_000_000;

    /// <summary>Slowest upload that is kept up, in bytes per second; a client that stays below is cut off. Default 512.</summary>
    [Range(1, 1 << 30)]
    public double MinUploadBytesPerSecond { get; set; } = 512;

    /// <summary>How long an upload may stay below the slowest rate, and how long it may pause. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01.1", "00:10:00")]
    public TimeSpan UploadGracePeriod { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a client may take to read the next 64 KiB of a download or an event; one that takes
    /// longer is cut off. Default 60 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01.1", "01:00:00")]
    public TimeSpan MaxReadPause { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Most streams of events (SSE, WebSocket, gRPC) that an owner may have open at once, for each router. Default 100.</summary>
    [Range(1, 1_000_000)]
    public int MaxStreams { get; set; } = 100;

    /// <summary>How long a client may take from the first byte of a request to the end of its headers. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RequestHeadersTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection without a request stays open. Default 130 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(130);
}
