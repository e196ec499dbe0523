using System.Buffers;
using System.Text.Json;
using Artorizer.Contracts.Jobs;
using FsCheck;
using FsCheck.Fluent;
using MessagePack;

namespace Artorizer.UnitTests.Wire;

/// <summary>Generators of task data: any value that JSON, or MessagePack, can hold.</summary>
internal static class WireValues
{
    private static readonly Gen<string> Text = ArbMap.Default.GeneratorFor<string>()
        .Select(s => s is null ? "" : new string([.. s.Where(c => !char.IsSurrogate(c))]));

    private static readonly Gen<object?> JsonLeaf = Gen.OneOf(
        Gen.Elements<object?>(null, true, false, 0L, "", long.MinValue, long.MaxValue, 1.5, "é🌸"),
        ArbMap.Default.GeneratorFor<long>().Select(v => (object?)v),
        ArbMap.Default.GeneratorFor<double>().Where(double.IsFinite).Select(v => (object?)v),
        Text.Select(v => (object?)v));

    private static readonly Gen<object?> MessagePackLeaf = Gen.OneOf(
        JsonLeaf,
        Gen.Elements<object?>(ulong.MaxValue, double.NaN, DateTime.UnixEpoch, Array.Empty<byte>(), float.MaxValue),
        ArbMap.Default.GeneratorFor<byte[]>().Select(v => (object?)v),
        ArbMap.Default.GeneratorFor<DateTime>().Select(v => (object?)DateTime.SpecifyKind(v, DateTimeKind.Utc)));

    public static Arbitrary<Payload> Json { get; } = Value(JsonLeaf, 4).Select(ToJson).ToArbitrary();

    public static Arbitrary<Payload> MessagePack { get; } = Value(MessagePackLeaf, 4).Select(ToMessagePack).ToArbitrary();

    private static Gen<object?> Value(Gen<object?> leaf, int depth)
    {
        if (depth == 0)
        {
            return leaf;
        }

        var inner = Value(leaf, depth - 1);
        var list = Gen.Choose(0, 4).SelectMany(n => Gen.ArrayOf(inner, n)).Select(v => (object?)v);
        var map = Gen.Choose(0, 4)
            .SelectMany(n => Gen.ArrayOf(Text.Zip(inner, (k, v) => KeyValuePair.Create(k, v)), n))
            .Select(entries => (object?)new Dictionary<string, object?>(entries.DistinctBy(e => e.Key)));
        return Gen.OneOf(leaf, list, map);
    }

    private static Payload ToJson(object? value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, value);
        }

        return new Payload(Payload.Json, buffer.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case object?[] list:
                writer.WriteStartArray();
                foreach (var element in list)
                {
                    Write(writer, element);
                }

                writer.WriteEndArray();
                break;
            case Dictionary<string, object?> map:
                writer.WriteStartObject();
                foreach (var (key, element) in map)
                {
                    writer.WritePropertyName(key);
                    Write(writer, element);
                }

                writer.WriteEndObject();
                break;
            default:
                throw new ArgumentException($"{value.GetType()} is no JSON.");
        }
    }

    private static Payload ToMessagePack(object? value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        Write(ref writer, value);
        writer.Flush();
        return new Payload(Payload.MessagePack, buffer.WrittenMemory);
    }

    private static void Write(ref MessagePackWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNil();
                break;
            case bool flag:
                writer.Write(flag);
                break;
            case long number:
                writer.Write(number);
                break;
            case ulong number:
                writer.Write(number);
                break;
            case float number:
                writer.Write(number);
                break;
            case double number:
                writer.Write(number);
                break;
            case string text:
                writer.Write(text);
                break;
            case byte[] bytes:
                writer.Write(bytes);
                break;
            case DateTime time:
                writer.Write(time);
                break;
            case object?[] list:
                writer.WriteArrayHeader(list.Length);
                foreach (var element in list)
                {
                    Write(ref writer, element);
                }

                break;
            case Dictionary<string, object?> map:
                writer.WriteMapHeader(map.Count);
                foreach (var (key, element) in map)
                {
                    writer.Write(key);
                    Write(ref writer, element);
                }

                break;
            default:
                throw new ArgumentException($"{value.GetType()} is no MessagePack.");
        }
    }
}
