using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Artorizer.Jobs.Objects;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Artorizer.Infrastructure.Embedded.Files;

/// <summary>
/// Signed, expiring paths <c>/objects/{key}?…&amp;signature=…</c>: an HMAC-SHA-256 over the method, the key and every term,
/// with a key that is made at the first start and never leaves the data directory.
/// </summary>
internal sealed class ObjectSigner(byte[] signingKey, EmbeddedStoreOptions options, TimeProvider time)
{
    /// <summary>Where the endpoints are.</summary>
    public const string PathPrefix = "/objects/";

    private const int SigningKeySize = 32;
    private const string Expires = "expires";
    private const string ContentType = "type";
    private const string Length = "length";
    private const string MaxLength = "max";
    private const string DownloadName = "name";
    private const string ForAcceptedWork = "accepted";
    private const string Signature = "signature";

    private static readonly TimeSpan LongestValidity = TimeSpan.FromDays(7);

    /// <summary>Reads the signing key, or makes it.</summary>
    public static byte[] LoadKey(string path)
    {
        if (File.Exists(path))
        {
            var stored = File.ReadAllBytes(path);
            return stored.Length == SigningKeySize
                ? stored
                : throw new InvalidDataException($"The signing key {path} is damaged; remove it to have a new one made.");
        }

        var key = RandomNumberGenerator.GetBytes(SigningKeySize);
        DurableFile.WriteSecret(path, key);
        return key;
    }

    public PresignedRequest PresignGet(string key, PresignGetOptions terms)
    {
        var grant = new ObjectGrant(HttpMethods.Get, key, ExpiryAfter(terms.Expires), null, null, null, terms.DownloadName);
        return new PresignedRequest(Url(grant, terms.Audience), grant.Method, new Dictionary<string, string>(), grant.ExpiresAt);
    }

    public PresignedRequest PresignPut(string key, PresignPutOptions terms)
    {
        var grant = new ObjectGrant(
            HttpMethods.Put, key, ExpiryAfter(terms.Expires), terms.ContentType, terms.Length, terms.Length is null ? terms.MaxLength : null, null,
            ForAcceptedWork: terms.Audience == ObjectAudience.Internal);
        return new PresignedRequest(
            Url(grant, terms.Audience), grant.Method, new Dictionary<string, string> { ["Content-Type"] = terms.ContentType }, grant.ExpiresAt);
    }

    /// <summary>The terms of a request, if they are signed and still hold; <see langword="null"/> otherwise.</summary>
    public ObjectGrant? Verify(string method, string key, IQueryCollection query)
    {
        if (!TryRead(query, out var grant, method, key) || !query.TryGetValue(Signature, out var given) || given.Count != 1)
        {
            return null;
        }

        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (!TryDecode(given.ToString(), signature))
        {
            return null;
        }

        // The signature first and in constant time, so that the answer says nothing about which part is wrong.
        return CryptographicOperations.FixedTimeEquals(Sign(grant), signature) && time.GetUtcNow() < grant.ExpiresAt ? grant : null;
    }

    private static bool TryRead(IQueryCollection query, out ObjectGrant grant, string method, string key)
    {
        grant = new ObjectGrant(method, key, default, null, null, null, null);
        if (!TryNumber(query, Expires, out var expires) || expires is null or > 253402300799
            || !TryNumber(query, Length, out var length) || !TryNumber(query, MaxLength, out var max)
            || !TryText(query, ContentType, out var type) || !TryText(query, DownloadName, out var name)
            || !TryText(query, ForAcceptedWork, out var accepted) || accepted is not (null or "1"))
        {
            return false;
        }

        grant = new ObjectGrant(method, key, DateTimeOffset.FromUnixTimeSeconds(expires.Value), type, length, max, name, accepted is not null);
        return true;
    }

    private static bool TryText(IQueryCollection query, string name, out string? value)
    {
        value = null;
        if (query.TryGetValue(name, out StringValues values))
        {
            value = values.ToString();
            return values.Count == 1;
        }

        return true;
    }

    private static bool TryNumber(IQueryCollection query, string name, out long? value)
    {
        value = null;
        if (!TryText(query, name, out var text))
        {
            return false;
        }

        if (text is null)
        {
            return true;
        }

        var valid = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        value = number;
        return valid;
    }

    private static bool TryDecode(string text, Span<byte> signature)
    {
        try
        {
            var bytes = WebEncoders.Base64UrlDecode(text);
            return bytes.Length == signature.Length && bytes.AsSpan().TryCopyTo(signature);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private DateTimeOffset ExpiryAfter(TimeSpan validity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(validity, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(validity, LongestValidity);

        // Whole seconds, rounded up: that is what the URL says.
        return DateTimeOffset.FromUnixTimeSeconds((long)Math.Ceiling((time.GetUtcNow() + validity - DateTimeOffset.UnixEpoch).TotalSeconds));
    }

    private byte[] Sign(ObjectGrant grant)
    {
        // Each field with its length before it, so that no two grants read the same.
        var text = new StringBuilder("artorizer-object-1");
        foreach (var field in (ReadOnlySpan<string?>)
            [
                grant.Method, grant.Key, Text(grant.ExpiresAt.ToUnixTimeSeconds()), grant.ContentType, Text(grant.Length),
                Text(grant.MaxLength), grant.DownloadName, grant.ForAcceptedWork ? "1" : null,
            ])
        {
            text.Append('\n').Append(CultureInfo.InvariantCulture, $"{field?.Length ?? -1}:").Append(field);
        }

        return HMACSHA256.HashData(signingKey, Encoding.UTF8.GetBytes(text.ToString()));
    }

    private Uri Url(ObjectGrant grant, ObjectAudience audience)
    {
        var query = new StringBuilder(PathPrefix).Append(grant.Key)
            .Append('?').Append(Expires).Append('=').Append(Text(grant.ExpiresAt.ToUnixTimeSeconds()));
        Append(ContentType, grant.ContentType);
        Append(Length, Text(grant.Length));
        Append(MaxLength, Text(grant.MaxLength));
        Append(DownloadName, grant.DownloadName);
        Append(ForAcceptedWork, grant.ForAcceptedWork ? "1" : null);
        Append(Signature, WebEncoders.Base64UrlEncode(Sign(grant)));

        var origin = audience == ObjectAudience.Internal ? options.InternalBaseUrl : options.PublicBaseUrl;
        if (!string.IsNullOrEmpty(origin))
        {
            return new Uri(origin.TrimEnd('/') + query, UriKind.Absolute);
        }

        return audience == ObjectAudience.Public
            ? new Uri(query.ToString(), UriKind.Relative)
            : throw new InvalidOperationException($"{EmbeddedStoreOptions.SectionName}:{nameof(EmbeddedStoreOptions.InternalBaseUrl)} is not set.");

        void Append(string name, string? value)
        {
            if (value is not null)
            {
                query.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }
    }

    private static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
