using Grpc.Core;

namespace Grpc.Net.Internal;

/// <summary>
/// The values of <c>-bin</c> headers: base64, padding optional when read, and several values may be joined by commas
/// (PROTOCOL-HTTP2.md, Custom-Metadata).
/// </summary>
internal static class BinaryHeader
{
    public static string Encode(Metadata.Entry entry) => Convert.ToBase64String(entry.RawBytes);

    /// <exception cref="FormatException">The value is not base64.</exception>
    public static void AddTo(Metadata metadata, string name, string value)
    {
        foreach (var range in value.AsSpan().Split(','))
        {
            metadata.Add(name, Decode(value.AsSpan(range).Trim()));
        }
    }

    private static byte[] Decode(ReadOnlySpan<char> base64)
    {
        var unpadded = base64.TrimEnd('=');
        var padded = new char[(unpadded.Length + 3) / 4 * 4];
        unpadded.CopyTo(padded);
        padded.AsSpan(unpadded.Length).Fill('=');
        return Convert.FromBase64CharArray(padded, 0, padded.Length);
    }
}
