using System.IO.Compression;

namespace Artorizer.ServiceDefaults.Outbound;

/// <summary>Bodies of answers without their content coding: some servers compress although nobody asked them to.</summary>
public static class PlainBody
{
    /// <summary>The decoded body. How large it becomes is for the reader to limit, while reading.</summary>
    /// <exception cref="InvalidDataException">It is coded in a way that is not read; also thrown while reading what is damaged.</exception>
    public static async Task<Stream> OpenAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(response);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken);

        // The coding that was applied last stands last (RFC 9110 §8.4).
        foreach (var coding in response.Content.Headers.ContentEncoding.Reverse())
        {
            body = coding.ToUpperInvariant() switch
            {
                "IDENTITY" => body,
                "GZIP" or "X-GZIP" => new GZipStream(body, CompressionMode.Decompress),
                "DEFLATE" => new ZLibStream(body, CompressionMode.Decompress),
                "BR" => new BrotliStream(body, CompressionMode.Decompress),
                _ => throw new InvalidDataException($"The content coding '{coding}' is not read."),
            };
        }

        return body;
    }

    /// <summary>Bytes of the decoded body, as far as the answer says; <see langword="null"/> if it does not.</summary>
    public static long? Length(HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.Content.Headers.ContentEncoding.Count == 0 ? response.Content.Headers.ContentLength : null;
    }
}
