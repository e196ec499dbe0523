using System.ComponentModel.DataAnnotations;

namespace Artorizer.Examples.Tasks;

/// <summary>Data of <c>send_email</c>. What has no default is required.</summary>
internal sealed record Email(
    [EmailAddress] string To,
    [StringLength(200, MinimumLength = 1)] string Subject,
    [StringLength(100_000)] string Body = "");

/// <summary>Its result.</summary>
internal sealed record SentEmail(string MessageId, int Length);
