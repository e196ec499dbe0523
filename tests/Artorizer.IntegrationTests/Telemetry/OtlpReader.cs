using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;

namespace Artorizer.IntegrationTests.Telemetry;

/// <summary>
/// Reads OTLP requests by the field numbers of opentelemetry-proto 1.x (trace/v1, logs/v1, metrics/v1, common/v1). Written
/// apart from the SDK's writer, so that the two check each other.
/// </summary>
internal static class OtlpReader
{
    public static IEnumerable<ReceivedSpan> ReadSpans(byte[] request) =>
        from part in Scopes(request)
        from span in part.Items
        select ReadSpan(part.Service, part.Scope, span);

    public static IEnumerable<ReceivedLog> ReadLogs(byte[] request) =>
        from part in Scopes(request)
        from log in part.Items
        select ReadLog(part.Service, part.Scope, log);

    public static IEnumerable<string> ReadMetricNames(byte[] request) =>
        from part in Scopes(request)
        from metric in part.Items
        select Text(Fields(metric), 1);

    // The three requests are alike: resource_x = 1 { resource = 1, scope_x = 2 { scope = 1 { name = 1 }, x = 2 } }.
    private static IEnumerable<(string Service, string Scope, IEnumerable<byte[]> Items)> Scopes(byte[] request)
    {
        foreach (var group in Messages(Fields(request), 1).Select(Fields))
        {
            var resource = Messages(group, 1).SelectMany(resource => Attributes(Fields(resource), 1)).ToDictionary();
            foreach (var part in Messages(group, 2).Select(Fields))
            {
                var scope = Messages(part, 1).Select(scope => Text(Fields(scope), 1)).FirstOrDefault(string.Empty);
                yield return (resource.GetValueOrDefault("service.name", string.Empty), scope, Messages(part, 2));
            }
        }
    }

    private static ReceivedSpan ReadSpan(string service, string source, byte[] message)
    {
        var span = Fields(message);
        var status = Messages(span, 15).Select(Fields).FirstOrDefault([]);
        return new ReceivedSpan(
            service,
            source,
            Id(span, 1),
            Id(span, 2),
            Id(span, 4),
            Text(span, 5),
            // SPAN_KIND_UNSPECIFIED is 0, INTERNAL 1, and on in the order of ActivityKind.
            (ActivityKind)(Number(span, 6) - 1),
            Number(status, 3) == 2,
            Attributes(span, 9).ToDictionary(),
            [.. Messages(span, 13).Select(Fields).Select(link => (Id(link, 1), Id(link, 2)))]);
    }

    private static ReceivedLog ReadLog(string service, string category, byte[] message)
    {
        var log = Fields(message);
        return new ReceivedLog(
            service, category, Text(log, 3), Messages(log, 5).Select(Value).FirstOrDefault(string.Empty), Id(log, 9), Id(log, 10),
            Attributes(log, 6).DistinctBy(pair => pair.Key).ToDictionary());
    }

    private static IEnumerable<KeyValuePair<string, string>> Attributes(List<(int Number, object Value)> fields, int number) =>
        Messages(fields, number).Select(Fields).Select(pair =>
            KeyValuePair.Create(Text(pair, 1), Messages(pair, 2).Select(Value).FirstOrDefault(string.Empty)));

    private static string Value(byte[] message)
    {
        var (number, value) = Fields(message).FirstOrDefault();
        return number switch
        {
            0 => string.Empty,
            1 => ((ByteString)value).ToStringUtf8(),
            2 => (ulong)value == 0 ? "false" : "true",
            3 => ((long)(ulong)value).ToString(CultureInfo.InvariantCulture),
            4 => BitConverter.UInt64BitsToDouble((ulong)value).ToString("R", CultureInfo.InvariantCulture),
            5 => $"[{string.Join(", ", Messages(Fields(((ByteString)value).ToByteArray()), 1).Select(Value))}]",
            7 => Convert.ToHexStringLower(((ByteString)value).Span),
            _ => throw new InvalidDataException($"AnyValue has a field {number}."),
        };
    }

    private static IEnumerable<byte[]> Messages(List<(int Number, object Value)> fields, int number) =>
        fields.Where(field => field.Number == number).Select(field => ((ByteString)field.Value).ToByteArray());

    private static string Text(List<(int Number, object Value)> fields, int number) =>
        fields.Where(field => field.Number == number).Select(field => ((ByteString)field.Value).ToStringUtf8()).LastOrDefault(string.Empty);

    private static string Id(List<(int Number, object Value)> fields, int number) =>
        fields.Where(field => field.Number == number)
            .Select(field => Convert.ToHexStringLower(((ByteString)field.Value).Span)).LastOrDefault(string.Empty);

    private static long Number(List<(int Number, object Value)> fields, int number) =>
        fields.Where(field => field.Number == number).Select(field => (long)(ulong)field.Value).LastOrDefault();

    private static List<(int Number, object Value)> Fields(byte[] message)
    {
        var fields = new List<(int Number, object Value)>();
        using var input = new CodedInputStream(message);
        while (input.ReadTag() is not 0 and var tag)
        {
            fields.Add((WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => input.ReadUInt64(),
                WireFormat.WireType.Fixed64 => input.ReadFixed64(),
                WireFormat.WireType.Fixed32 => (ulong)input.ReadFixed32(),
                WireFormat.WireType.LengthDelimited => (object)input.ReadBytes(),
                var type => throw new InvalidDataException($"OTLP has no fields of wire type {type}."),
            }));
        }

        return fields;
    }
}
