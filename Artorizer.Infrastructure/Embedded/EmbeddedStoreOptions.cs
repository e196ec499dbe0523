using System.ComponentModel.DataAnnotations;

namespace Artorizer.Infrastructure.Embedded;

/// <summary>Settings of the embedded stores, section <see cref="SectionName"/>.</summary>
public sealed class EmbeddedStoreOptions : IValidatableObject
{
    /// <summary>Name of the configuration section.</summary>
    public const string SectionName = "Embedded";

    /// <summary>
    /// Directory of the database, the objects and the signing key; made if it is missing. One process at a time may use it.
    /// Default: <c>data</c>, in the working directory.
    /// </summary>
    [Required]
    public string DataDirectory { get; set; } = "data";

    /// <summary>How long a worker may hold a message without renewing its lease. Default: 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "1.00:00:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Objects up to this many bytes are kept in the database, where they share the fsync of everything
    /// else. 0 for none. Default: 64 KiB.
    /// </summary>
    [Range(0, 1024 * 1024)]
    public int InlineObjectBytes { get; set; } = 64 * 1024;

    /// <summary>
    /// Free disk space in bytes below which new objects and jobs are refused, so that running jobs can still be finished
    /// and old ones deleted; for that it must be more than the database's log grows to, about 24 MiB.
    /// 0 to go on until the disk is full. Default: 256 MiB.
    /// </summary>
    [Range(0, long.MaxValue)]
    public long MinFreeBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Changes at most in one transaction. Default: 512.</summary>
    [Range(1, 16 * 1024)]
    public int MaxBatch { get; set; } = 512;

    /// <summary>Changes that may wait for the writer before further callers wait for room. Default: 4096.</summary>
    [Range(16, 1024 * 1024)]
    public int WriteQueueCapacity { get; set; } = 4096;

    /// <summary>Connections for reading, about 4 MiB of memory each. Default: 4.</summary>
    [Range(1, 64)]
    public int ReadConnections { get; set; } = 4;

    /// <summary>Events held for each listener to all jobs before it loses the oldest. Default: 1024.</summary>
    [Range(16, 1024 * 1024)]
    public int EventBuffer { get; set; } = 1024;

    /// <summary>
    /// Absolute http or https address under which other services reach the object endpoints. Needed for
    /// <see cref="Jobs.Objects.ObjectAudience.Internal"/> URLs. Default: none.
    /// </summary>
    public string? InternalBaseUrl { get; set; }

    /// <summary>
    /// Absolute http or https address under which clients reach the object endpoints. Default: none,
    /// which gives paths without a host.
    /// </summary>
    public string? PublicBaseUrl { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, value) in new[] { (nameof(InternalBaseUrl), InternalBaseUrl), (nameof(PublicBaseUrl), PublicBaseUrl) })
        {
            if (!string.IsNullOrEmpty(value)
                && !(Uri.TryCreate(value, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)))
            {
                yield return new ValidationResult($"{name} must be an absolute http or https address.", [name]);
            }
        }
    }
}
