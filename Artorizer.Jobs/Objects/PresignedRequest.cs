namespace Artorizer.Jobs.Objects;

/// <summary>A request that needs no further credentials.</summary>
/// <param name="Url">Where to; relative only for <see cref="ObjectAudience.Public"/>, see there.</param>
/// <param name="Method"><c>GET</c> or <c>PUT</c>.</param>
/// <param name="Headers">Headers that must be sent as given.</param>
/// <param name="ExpiresAt">When it ceases to be valid.</param>
public sealed record PresignedRequest(Uri Url, string Method, IReadOnlyDictionary<string, string> Headers, DateTimeOffset ExpiresAt);
