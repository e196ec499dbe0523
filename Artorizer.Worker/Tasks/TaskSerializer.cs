using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire;
using Artorizer.Jobs;
using Artorizer.Worker.Tasks.Binding;
using Microsoft.Extensions.Options;

namespace Artorizer.Worker.Tasks;

/// <summary>Binds task data to the input of a handler, and writes its result in the request's own kind.</summary>
/// <remarks>
/// Data come as JSON, MessagePack or plain bytes. Bytes of MessagePack reach <c>byte[]</c> and <see cref="ReadOnlyMemory{T}"/>
/// members as they are; where a type holds members that take any JSON, such as <see cref="JsonElement"/>, bytes are base64 text.
/// </remarks>
public sealed class TaskSerializer
{
    internal static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = WireLimits.MessageDepth, AllowDuplicateProperties = false };

    private readonly JsonSerializerOptions _json;
    private readonly TypeShapes _shapes;

    /// <summary>Freezes the options.</summary>
    public TaskSerializer(IOptions<TaskSerializerOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _json = new JsonSerializerOptions(options.Value.Json);
        _json.Converters.Add(new ByteStringConverter<byte[]>(value => value.ToArray(), value => value));
        _json.Converters.Add(new ByteStringConverter<ReadOnlyMemory<byte>>(value => value, value => value));
        _json.Converters.Add(new ByteStringConverter<Memory<byte>>(value => value.ToArray(), value => value));
        _json.MakeReadOnly(populateMissingResolver: true);
        _shapes = new TypeShapes(_json);
    }

    /// <summary>Binds and validates.</summary>
    /// <typeparam name="T">
    /// <see cref="Payload"/> for the data as they came; else what the serializer can make. No data bind like an empty object.
    /// <c>{"args": […]}</c> binds to constructor parameters in order, or to the elements of a list, or to a single value.
    /// </typeparam>
    /// <exception cref="JobFailedException">Permanent, <see cref="JobErrorCodes.InvalidData"/>; the message lists every problem.</exception>
    public T Read<T>(Payload data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (typeof(T) == typeof(Payload))
        {
            return (T)(object)data;
        }

        var type = (JsonTypeInfo<T>)_json.GetTypeInfo(typeof(T));
        var bytes = _shapes.HoldsAnyJson(typeof(T)) ? null : new ByteStrings();
        using var scope = (bytes ?? ByteStrings.Current)?.Enter();
        var json = bytes is null ? PayloadTranscoder.ToJson(data) : PayloadTranscoder.ToJson(data, bytes.Write);
        var value = Bind(json, type);
        var problems = InputValidation.Problems(value, type);
        return problems.Count == 0 ? value : throw Invalid(problems);
    }

    /// <summary>Writes a result: JSON for a task that came as JSON, MessagePack for one that came as MessagePack.</summary>
    /// <param name="result">Any value; <c>null</c>, 0, <c>""</c> and empty lists stay what they are, a <see cref="Payload"/> is passed on.</param>
    /// <param name="format">Format of the task's data. Data that were plain bytes are answered with JSON, unless the result holds bytes.</param>
    public Payload Write<T>(T result, string format)
    {
        switch (result)
        {
            case Payload payload:
                return payload;
            case byte[] value when format != Payload.MessagePack:
                return new Payload(Payload.Binary, value);
            case ReadOnlyMemory<byte> value when format != Payload.MessagePack:
                return new Payload(Payload.Binary, value);
        }

        var type = (JsonTypeInfo<T>)_json.GetTypeInfo(typeof(T));
        if (format == Payload.Json)
        {
            return new Payload(Payload.Json, JsonSerializer.SerializeToUtf8Bytes(result, type));
        }

        var bytes = new ByteStrings();
        using var scope = bytes.Enter();
        var json = JsonSerializer.SerializeToUtf8Bytes(result, type);
        return format == Payload.MessagePack || !bytes.IsEmpty
            ? new Payload(Payload.MessagePack, PayloadTranscoder.ToMessagePack(json, bytes.Find))
            : new Payload(Payload.Json, json);
    }

    internal static JobFailedException Invalid(IEnumerable<string> problems, Exception? cause = null) =>
        new(new JobError(JobErrorCodes.InvalidData, $"The task data do not fit: {string.Join("; ", problems)}"), permanent: true, cause);

    private static T Bind<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> type)
    {
        JsonElement value;
        try
        {
            value = JsonElement.Parse(json.Span, DocumentOptions);
        }
        catch (JsonException e)
        {
            throw Invalid(["data: not valid, or a name is given more than once"], e);
        }

        value = PositionalArguments.Expand(value, type, out var problem);
        if (problem is not null)
        {
            throw Invalid([problem]);
        }

        if (value.ValueKind == JsonValueKind.Null && type.Kind == JsonTypeInfoKind.Object && default(T) is null
            && Nullable.GetUnderlyingType(typeof(T)) is null)
        {
            value = JsonElement.Parse("{}"u8);
        }

        try
        {
            return value.Deserialize(type) is { } bound ? bound
                : AllowsNull(typeof(T)) ? default!
                : throw Invalid(["data: required"]);
        }
        catch (JsonException e)
        {
            throw Invalid(BindingProblems.Of(value, type, e), e);
        }
    }

    // Whether a type argument was written with a question mark is known only for value types.
    private static bool AllowsNull(Type type) =>
        Nullable.GetUnderlyingType(type) is not null || type == typeof(object) || typeof(JsonNode).IsAssignableFrom(type);
}
