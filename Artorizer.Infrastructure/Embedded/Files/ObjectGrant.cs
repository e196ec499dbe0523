namespace Artorizer.Infrastructure.Embedded.Files;

/// <summary>What a signed URL allows.</summary>
/// <param name="Method"><c>GET</c> (also good for <c>HEAD</c>) or <c>PUT</c>.</param>
/// <param name="Key">The one object.</param>
/// <param name="ExpiresAt">Until when, in whole seconds.</param>
/// <param name="ContentType">Of a put: the only media type.</param>
/// <param name="Length">Of a put: the only length.</param>
/// <param name="MaxLength">Of a put without a length: the largest.</param>
/// <param name="DownloadName">Of a get: the file name to offer.</param>
/// <param name="ForAcceptedWork">Of a put: whether it may use the room that is kept free.</param>
internal sealed record ObjectGrant(
    string Method,
    string Key,
    DateTimeOffset ExpiresAt,
    string? ContentType,
    long? Length,
    long? MaxLength,
    string? DownloadName,
    bool ForAcceptedWork = false);
