using System.Buffers.Binary;
using System.Net.Http.Headers;

namespace Artorizer.Benchmarks.Submits;

/// <summary>What is sent. Every image has other bytes, so that none is a duplicate.</summary>
internal static class Requests
{
    private static readonly byte[] TaskBody = """{"type":"echo","data":{"n":1,"s":"ab"}}"""u8.ToArray();

    // A grey 8 × 8 baseline JPEG. What follows the end marker belongs to nobody, but is stored and hashed like the rest.
    private static readonly byte[] Jpeg = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/"
            + "wAALCAAIAAgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEI"
            + "I0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ip"
            + "qrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/ACv/2Q==");

    public static HttpRequestMessage Task()
    {
        var content = new ByteArrayContent(TaskBody);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new HttpRequestMessage(HttpMethod.Post, "queue") { Content = content };
    }

    public static HttpRequestMessage Image(int number, int length)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        Jpeg.CopyTo(bytes, 0);
        bytes.AsSpan(Jpeg.Length).Fill(0x5A);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(length - 4), number);
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        return new HttpRequestMessage(HttpMethod.Post, "protect?artist_name=Ada&artwork_title=Study") { Content = content };
    }
}
