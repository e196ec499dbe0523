namespace Artorizer.Jobs.Objects;

/// <summary>What is known of an object.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Length">Bytes.</param>
/// <param name="ContentType">Media type.</param>
/// <param name="ETag">Strong entity tag without quotes; another content has another tag.</param>
/// <param name="LastModified">When it was stored.</param>
public sealed record StoredObject(string Key, long Length, string ContentType, string ETag, DateTimeOffset LastModified);
