using System.ComponentModel.DataAnnotations;

namespace Artorizer.Infrastructure.S3;

/// <summary>
/// An S3 server and how to use it: section <see cref="Section"/>, and <c>ConnectionStrings:s3</c>, which wins. Never printed as
/// a whole: it holds a secret.
/// </summary>
public sealed class S3Options : IValidatableObject
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "S3";

    /// <summary>Name of the connection string.</summary>
    public const string ConnectionName = "s3";

    /// <summary>
    /// Absolute http or https address without a path, as this service reaches the server. Default: none, which
    /// means AWS in <see cref="Region"/>.
    /// </summary>
    public string? Endpoint { get; set; }

    /// <summary>The address in URLs for clients, where it differs: signatures cover the host name. Default: <see cref="Endpoint"/>.</summary>
    public string? PublicEndpoint { get; set; }

    /// <summary>Access key; without one, AWS's usual places are searched (environment, profile, role of the machine).</summary>
    public string? AccessKey { get; set; }

    /// <summary>Secret key of <see cref="AccessKey"/>.</summary>
    public string? SecretKey { get; set; }

    /// <summary>Bucket of all objects. Default: <c>artorizer</c>.</summary>
    [Required]
    [RegularExpression(
        "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        ErrorMessage = "Bucket must be 3 to 63 of a-z, 0-9, '.' and '-', beginning and ending with a letter or digit.")]
    public string Bucket { get; set; } = "artorizer";

    /// <summary>Region that requests are signed for. Default: <c>us-east-1</c>, which most servers outside AWS take.</summary>
    [Required]
    public string Region { get; set; } = "us-east-1";

    /// <summary>Whether the bucket stands in the path instead of the host name. Default: yes, but not for AWS.</summary>
    public bool? ForcePathStyle { get; set; }

    /// <summary>Whether the bucket is made at start-up if it is missing, and given the rules below. Default: yes.</summary>
    public bool ManageBucket { get; set; } = true;

    /// <summary>
    /// After how many days the server removes the parts of multipart uploads that were neither completed nor aborted.
    /// 0 for no such rule. Default: 1.
    /// </summary>
    [Range(0, 365)]
    public int AbandonedUploadDays { get; set; } = 1;

    /// <summary>
    /// Origins of web pages that may use presigned URLs; <c>*</c> for all, which gives nobody access that the URL does not give.
    /// One empty entry for no such rule. Default: <c>*</c>.
    /// </summary>
    public IList<string> CorsOrigins { get; } = [];

    /// <summary>How long one request may take until its answer begins; its body of at most 16 MiB included. Default: 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a request that failed for a passing reason is tried again, with growing pauses of about a second. Default: 2.</summary>
    [Range(0, 10)]
    public int Retries { get; set; } = 2;

    internal bool UsesPathStyle => ForcePathStyle ?? (Endpoint is not null && !IsAws(new Uri(Endpoint)));

    internal IReadOnlyList<string> Origins => CorsOrigins.Count == 0 ? ["*"] : [.. CorsOrigins.Where(origin => origin.Length > 0)];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, value) in new[] { (nameof(Endpoint), Endpoint), (nameof(PublicEndpoint), PublicEndpoint) })
        {
            if (value is not null && !IsAddress(value))
            {
                yield return new ValidationResult(
                    $"{name} of the S3 server must be an absolute http or https address without a path, like http://localhost:9000.", [name]);
            }
        }

        if (string.IsNullOrEmpty(AccessKey) != string.IsNullOrEmpty(SecretKey))
        {
            yield return new ValidationResult("AccessKey and SecretKey of the S3 server go together; one of them is missing.", [nameof(AccessKey)]);
        }

        if (Endpoint is not null && string.IsNullOrEmpty(AccessKey) && IsAddress(Endpoint) && !IsAws(new Uri(Endpoint)))
        {
            yield return new ValidationResult("AccessKey and SecretKey of the S3 server are missing.", [nameof(AccessKey)]);
        }
    }

    private static bool IsAddress(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && url.PathAndQuery == "/" && url.Fragment.Length == 0 && url.UserInfo.Length == 0;

    private static bool IsAws(Uri endpoint) =>
        endpoint.Host.EndsWith(".amazonaws.com", StringComparison.OrdinalIgnoreCase)
        || endpoint.Host.EndsWith(".amazonaws.com.cn", StringComparison.OrdinalIgnoreCase);
}
