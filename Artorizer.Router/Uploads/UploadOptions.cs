using System.ComponentModel.DataAnnotations;

namespace Artorizer.Router.Uploads;

/// <summary>Uploads that may be interrupted and resumed; section <c>Uploads</c>. Their size is limited by <c>Limits:MaxFileBytes</c>.</summary>
internal sealed class UploadOptions
{
    public const string Section = "Uploads";

    /// <summary>How long an upload is kept from its beginning, finished or not. Default 24 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Most uploads of an owner that are begun and not submitted, for each router. Default 100.</summary>
    [Range(1, 1_000_000)]
    public int MaxOpen { get; set; } = 100;

    /// <summary>Most bytes that these may announce together; one that does not say counts as the largest file. Default 16 GiB.</summary>
    [Range(1, long.MaxValue)]
    public long MaxOpenBytes { get; set; } = 16L << 30;

    /// <summary>How long a presigned URL is valid. Default 1 h, at most seven days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan PresignedLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often what has expired is removed. Default 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Most bytes that are received before they are made durable. A crash of the router loses at most these; a break of the
    /// connection loses none. Default 8 MiB.
    /// </summary>
    [Range(64 * 1024, 1 << 30)]
    public int PartBytes { get; set; } = 8 << 20;

    /// <summary>How long received bytes wait at most until they are made durable, once there are 256 KiB of them. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan PartAge { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a new connection waits for an older one to let go of the same upload. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan TakeoverWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a WebSocket that owes data may say nothing. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a WebSocket is pinged; a peer that does not answer within the same time is gone. Default 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(20);
}
