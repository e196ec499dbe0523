using System.Buffers;

namespace Artorizer.Jobs.Objects;

/// <summary>The rule for keys that <see cref="IObjectStore"/> gives, for every provider.</summary>
public static class ObjectKey
{
    /// <summary>Longest key, in characters.</summary>
    public const int MaxLength = 255;

    /// <summary>Most segments of a key.</summary>
    public const int MaxSegments = 8;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/");

    /// <summary>Whether this is a key.</summary>
    public static bool IsValid(string? key)
    {
        if (key is null || key.Length is 0 or > MaxLength || key.AsSpan().ContainsAnyExcept(Allowed))
        {
            return false;
        }

        var segments = 0;
        foreach (var range in key.AsSpan().Split('/'))
        {
            if (++segments > MaxSegments || key.AsSpan(range) is "" or "." or "..")
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Returns the key if it is one.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static string Check(string key) => IsValid(key) ? key : throw new ArgumentException("Not an object key.", nameof(key));

    /// <summary>Returns the prefix if it is a key followed by <c>/</c>.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static string CheckPrefix(string prefix) =>
        prefix is [.. var key, '/'] && IsValid(key) ? prefix : throw new ArgumentException("Not a prefix of object keys.", nameof(prefix));
}
