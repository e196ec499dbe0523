namespace Artorizer.Jobs.Objects;

/// <summary>
/// Large immutable objects by key. A key is 1 to 8 segments of <c>[A-Za-z0-9._-]</c>, parted by <c>/</c>, at most 255 characters.
/// An object is there whole or not at all: a crash or an error in the middle of a put leaves nothing under the key.
/// </summary>
public interface IObjectStore
{
    /// <summary>
    /// Stores what <paramref name="content"/> yields until its end, with bounded memory; replaces an object
    /// under the same key at the end.
    /// </summary>
    /// <exception cref="StorageFullException">The disk or quota is full; nothing is left behind.</exception>
    /// <exception cref="StoreUnavailableException">
    /// The server does not answer, here and in the other calls; a stream that is open breaks with an <see cref="IOException"/>.
    /// </exception>
    /// <remarks>Exceptions of <paramref name="content"/> pass through unchanged; nothing is left behind then either.</remarks>
    Task<StoredObject> PutAsync(string key, Stream content, ObjectPutOptions options, CancellationToken cancellationToken);

    /// <summary>Opens an object, or a part of it, for reading. <see langword="null"/> if it is not there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="offset">First byte, 0-based; at most the length.</param>
    /// <param name="length">Bytes at most; <see langword="null"/> for all that follow.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    Task<ObjectContent?> OpenAsync(string key, long offset, long? length, CancellationToken cancellationToken);

    /// <summary>What is known of an object. <see langword="null"/> if it is not there.</summary>
    Task<StoredObject?> StatAsync(string key, CancellationToken cancellationToken);

    /// <summary>Removes an object. <see langword="false"/> if it was not there.</summary>
    Task<bool> DeleteAsync(string key, CancellationToken cancellationToken);

    /// <summary>Removes every object whose key begins with <paramref name="prefix"/>, which ends in <c>/</c>. Returns how many.</summary>
    Task<int> DeletePrefixAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>
    /// The objects whose key begins with <paramref name="prefix"/>, which ends in <c>/</c>, in the order of their keys.
    /// Objects that are stored or removed meanwhile may be in the list or not. Their media type is empty where the provider
    /// would have to ask for each one's.
    /// </summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>A URL that lets its holder read the object until it expires.</summary>
    Task<PresignedRequest> PresignGetAsync(string key, PresignGetOptions options, CancellationToken cancellationToken);

    /// <summary>A URL that lets its holder store the object once or more until it expires.</summary>
    Task<PresignedRequest> PresignPutAsync(string key, PresignPutOptions options, CancellationToken cancellationToken);
}
