using System.Buffers;
using System.Collections;
using Artorizer.Contracts.ProtectionRpc;
using Artorizer.Contracts.Wire;
using Artorizer.Router.Grpc;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Artorizer.UnitTests.Wire;

/// <summary>A submission over gRPC has the fields that the same bytes have over HTTP.</summary>
public sealed class ProtectRequestFieldsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_field_has_the_name_and_the_value_that_it_has_over_HTTP(bool defaults)
    {
        var request = new ProtectRequest();
        Fill(request, defaults);
        request.ClearImageData();

        var overHttp = new ProtobufWireProtocol().ReadFields(new ReadOnlySequence<byte>(request.ToByteArray()));

        Assert.Equal(defaults ? 27 : 29, overHttp.Count);
        Assert.Equal(Shown(overHttp), Shown(ProtectRequestFields.Of(request)));
    }

    [Fact]
    public void What_was_not_set_is_no_field() =>
        Assert.Empty(ProtectRequestFields.Of(new ProtectRequest { Config = new ProtectionConfig { Watermark = new WatermarkConfig() } }));

    private static void Fill(IMessage message, bool defaults)
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (field.IsRepeated)
            {
                if (!defaults)
                {
                    var list = (IList)field.Accessor.GetValue(message);
                    list.Add(field.Name);
                    list.Add("");
                }

                continue;
            }

            if (field.FieldType == FieldType.Message)
            {
                var inner = field.MessageType.Parser.ParseFrom([]);
                Fill(inner, defaults);
                field.Accessor.SetValue(message, inner);
                continue;
            }

            field.Accessor.SetValue(message, field.FieldType switch
            {
                FieldType.String => defaults ? "" : field.Name,
                FieldType.Bool => !defaults,
                FieldType.Double => defaults ? 0.0 : field.FieldNumber + 0.5,
                FieldType.Int32 => defaults ? 0 : field.FieldNumber,
                FieldType.Bytes => ByteString.CopyFromUtf8(field.Name),
                _ => throw new InvalidOperationException($"{field.FullName} is of a type that this test does not know."),
            });
        }
    }

    private static IEnumerable<string> Shown(IEnumerable<WireField> fields) =>
        fields.Select(
            f => $"{f.Name} = {(f.Value is IEnumerable<object?> list ? $"[{string.Join("|", list)}]" : $"{f.Value?.GetType().Name} {f.Value}")}")
            .Order(StringComparer.Ordinal);
}
