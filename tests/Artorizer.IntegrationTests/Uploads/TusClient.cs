using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Artorizer.IntegrationTests.Uploads;

/// <summary>tus requests written by the specification, apart from the product's code.</summary>
internal static class TusClient
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static string Metadata(params (string Name, string Value)[] values) =>
        string.Join(',', values.Select(v => $"{v.Name} {Convert.ToBase64String(Encoding.UTF8.GetBytes(v.Value))}"));

    /// <summary>Metadata with which an upload can be submitted.</summary>
    public static string Complete(params (string Name, string Value)[] more) =>
        Metadata([("filename", "a.jpg"), ("filetype", "image/jpeg"), ("artist_name", "Ada"), ("artwork_title", "By tus"), .. more]);

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "The protocol requires sha1, against accidents.")]
    public static string Checksum(string algorithm, byte[] chunk) =>
        $"{algorithm} {Convert.ToBase64String(algorithm == "sha1" ? SHA1.HashData(chunk) : SHA256.HashData(chunk))}";

    public static async Task<HttpResponseMessage> TusAsync(
        this HttpClient client, HttpMethod method, string path, byte[]? chunk = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path.TrimStart('/'), UriKind.Relative));
        if (!headers.Any(h => h.Name == "Tus-Resumable"))
        {
            request.Headers.Add("Tus-Resumable", "1.0.0");
        }

        foreach (var (name, value) in headers.Where(h => h.Value.Length > 0))
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        if (chunk is not null)
        {
            request.Content = new ByteArrayContent(chunk);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        }

        return await client.SendAsync(request, Token);
    }

    /// <summary>Begins an upload and gives its path.</summary>
    public static async Task<string> CreateAsync(this HttpClient client, long length, string metadata)
    {
        using var answer = await client.TusAsync(HttpMethod.Post, "files", null, ("Upload-Length", Text(length)), ("Upload-Metadata", metadata));
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Token));
        return answer.Headers.Location!.OriginalString;
    }

    public static Task<HttpResponseMessage> PatchAsync(
        this HttpClient client, string path, long offset, byte[] chunk, params (string Name, string Value)[] headers) =>
        client.TusAsync(HttpMethod.Patch, path, chunk, [("Upload-Offset", Text(offset)), .. headers]);

    /// <summary>Appends a chunk that must be taken; gives the new offset.</summary>
    public static async Task<long> AppendAsync(this HttpClient client, string path, long offset, byte[] chunk)
    {
        using var answer = await client.PatchAsync(path, offset, chunk);
        Assert.True(answer.StatusCode == HttpStatusCode.NoContent, await answer.Content.ReadAsStringAsync(Token));
        return answer.Offset();
    }

    public static async Task<long> OffsetAsync(this HttpClient client, string path)
    {
        using var answer = await client.TusAsync(HttpMethod.Head, path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return answer.Offset();
    }

    public static long Offset(this HttpResponseMessage answer) => long.Parse(answer.Header("Upload-Offset")!, CultureInfo.InvariantCulture);

    public static string? Header(this HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    public static string IdOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
