using System.ComponentModel.DataAnnotations;

namespace Artorizer.Jobs.Engine;

/// <summary>How the image engine is reached and how long it may take; section <c>Engine</c>.</summary>
public sealed class EngineClientOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Engine";

    /// <summary>Where the processor listens; a name of service discovery, or an absolute address. Default <c>http://_grpc.processor</c>.</summary>
    [Required]
    public Uri Address { get; set; } = new("http://_grpc.processor");

    /// <summary>What the processor asks for, its <c>Processor:Secret</c>. None by default, for a processor on the same machine.</summary>
    [MinLength(24)]
    public string? Secret { get; set; }

    /// <summary>Longest an image may take from the call to its last event. Default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the engine's presigned URLs are valid; longer than <see cref="Timeout"/>. Default 15 minutes.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan UrlLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How long after a job was deleted under its engine its files are removed once more, since what was on its way to the store
    /// may have come after the first time; longer than <see cref="Timeout"/>. Default 6 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RemovalDelay { get; set; } = TimeSpan.FromMinutes(6);
}
