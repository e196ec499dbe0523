using System.ComponentModel.DataAnnotations;

namespace Artorizer.Infrastructure.Redis;

/// <summary>Settings of the stores in Redis, section <see cref="SectionName"/>. Where Redis is says <c>ConnectionStrings:cache</c>.</summary>
public sealed class RedisStoreOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string SectionName = "Redis";

    /// <summary>
    /// Begin of every key and channel; two systems that share a server need different ones. It holds a hash tag, so that all
    /// keys lie in one slot of a cluster: a script needs them on one node. A cluster thus gives failover, not more room or
    /// speed; for that, run two systems with different tags. Default: <c>{artorizer}</c>.
    /// </summary>
    [Required]
    [RegularExpression(@"[^{}]*\{[^{}]+\}[^{}]*", ErrorMessage = "The field KeyPrefix must hold one hash tag, such as {{artorizer}}.")]
    public string KeyPrefix { get; set; } = "{artorizer}";

    /// <summary>How long one operation may take before Redis counts as down. Default: 4 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>Longest pause between two attempts to connect again. Default: 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Pause after which a quiet connection is tried, so that one that was cut without a word is noticed within about four of
    /// them. Replaces <c>keepAlive</c> of the connection string. Default: 5 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often the events of the jobs that someone listens to are compared with the store, in case a message was lost on
    /// its way: the longest that a listener may be late. One command for each 256 jobs. Default: 3 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long it is remembered that a job was deleted, about 150 bytes each. A message of the job that comes later than
    /// this takes it for lost, and starts it again. Default: 7 days.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan TombstoneLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Events held for each listener to all jobs before it loses the oldest. Default: 1024.</summary>
    [Range(16, 1024 * 1024)]
    public int EventBuffer { get; set; } = 1024;
}
