using System.Text.Json;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire;

namespace Artorizer.Client;

/// <summary>Task data and results as values.</summary>
public static class PayloadExtensions
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Reads a value, whichever format it came in.</summary>
    /// <param name="payload">Data or result of a task.</param>
    /// <param name="options">The defaults of the web when <see langword="null"/>: camelCase, any case when reading.</param>
    /// <typeparam name="T">What it is; <c>byte[]</c> gives raw bytes untouched.</typeparam>
    /// <exception cref="JsonException">It is something else.</exception>
    public static T? ReadAs<T>(this Payload payload, JsonSerializerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return typeof(T) == typeof(byte[]) && payload.Format == Payload.Binary
            ? (T)(object)payload.Bytes.ToArray()
            : JsonSerializer.Deserialize<T>(PayloadTranscoder.ToJson(payload).Span, options ?? Json);
    }

    /// <summary>A value as task data: bytes and payloads as they are, all else as JSON.</summary>
    internal static Payload Of<T>(T value, JsonSerializerOptions? options) => value switch
    {
        null => Payload.Null,
        Payload payload => payload,
        byte[] bytes => new Payload(Payload.Binary, bytes),
        ReadOnlyMemory<byte> bytes => new Payload(Payload.Binary, bytes),
        _ => new Payload(Payload.Json, JsonSerializer.SerializeToUtf8Bytes(value, options ?? Json)),
    };
}
