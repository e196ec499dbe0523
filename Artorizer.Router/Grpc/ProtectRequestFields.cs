using System.Collections;
using Artorizer.Contracts.ProtectionRpc;
using Artorizer.Contracts.Wire;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Artorizer.Router.Grpc;

/// <summary>
/// The fields of a <see cref="ProtectRequest"/> that were set, under the names of the HTTP contract, which has no messages within
/// messages.
/// </summary>
internal static class ProtectRequestFields
{
    private const string WatermarkPrefix = "watermark_";
    private const string TreeRingPrefix = "tree_ring_";

    /// <summary>All but the image, which is no field of a form.</summary>
    public static IEnumerable<WireField> Of(ProtectRequest request) => OfMessage(request);

    private static IEnumerable<WireField> OfMessage(IMessage message) =>
        message.Descriptor.Fields.InFieldNumberOrder().SelectMany(field => OfField(field, message));

    private static IEnumerable<WireField> OfField(FieldDescriptor field, IMessage message) => field.Accessor.GetValue(message) switch
    {
        IMessage inner => OfMessage(inner),
        IList { Count: > 0 } list => [new WireField(field.Name, list.Cast<object?>().ToList())],
        string or bool or double when field.Accessor.HasValue(message) => [new WireField(Name(field), field.Accessor.GetValue(message))],
        int number when field.Accessor.HasValue(message) => [new WireField(field.Name, (long)number)],
        _ => [],
    };

    private static string Name(FieldDescriptor field) =>
        field.ContainingType == WatermarkConfig.Descriptor && !field.Name.StartsWith(TreeRingPrefix, StringComparison.Ordinal)
            ? WatermarkPrefix + field.Name
            : field.Name;
}
