namespace Artorizer.Contracts.Wire.Schema;

/// <summary>The fields of <c>POST /protect</c> as a schema: reading one fills a list of <see cref="WireField"/> under the names of the HTTP contract.</summary>
internal static class ProtectFields
{
    private static readonly WireMessage Watermark = Table(
        Text(1, "watermark_strategy"),
        Double(2, "watermark_strength"),
        Text(3, "watermark_text"),
        Double(4, "tree_ring_frequency"),
        Double(5, "tree_ring_amplitude"));

    private static readonly WireMessage Config = Table(
        Flag(1, "include_hash_analysis"),
        Flag(2, "include_protection"),
        Texts(3, "processors"),
        Group(4, "watermark", Watermark),
        Flag(5, "enable_fawkes"),
        Flag(6, "enable_photoguard"),
        Flag(7, "enable_mist"),
        Flag(8, "enable_nightshade"),
        Flag(9, "enable_stegano_embed", orElse: false),
        Text(10, "stegano_message"),
        Flag(11, "enable_c2pa_manifest"),
        Int32(12, "max_stage_dim"));

    /// <summary><c>artorizer.v1.ProtectRequest</c>.</summary>
    public static WireMessage Request { get; } = Table(
        Field<byte[]>(1, "image", WireKind.Bytes, v => v),
        Text(2, "artist_name"),
        Text(3, "artwork_title"),
        Texts(4, "tags"),
        Group(5, "config", Config),
        Text(6, "image_url"),
        Text(7, "upload_id"),
        Text(8, "artwork_description"),
        Text(9, "artwork_creation_time"),
        Text(10, "extra_metadata"),
        Int32(11, "priority"),
        Text(12, "via"),
        Text(13, "callback_url"),
        Text(14, "callback_auth_token"));

    private static WireMessage Table(params WireMember[] members) => new(typeof(List<WireField>), () => new List<WireField>(), members);

    private static WireAccessor<List<WireField>, object?, string> Text(int number, string name) => Field<string>(number, name, WireKind.Text, v => v);

    private static WireAccessor<List<WireField>, object?, double?> Double(int number, string name) => Field<double?>(number, name, WireKind.Double, v => v);

    private static WireAccessor<List<WireField>, object?, long?> Int32(int number, string name) => Field<long?>(number, name, WireKind.Int32, v => v);

    private static WireAccessor<List<WireField>, object?, bool?> Flag(int number, string name, bool orElse = true) => Field<bool?>(number, name, WireKind.Flag, v => v, orElse);

    private static WireAccessor<List<WireField>, object?, string[]> Texts(int number, string name) =>
        Field<string[]>(number, name, WireKind.Texts, v => v is null ? null : new List<object?>(v));

    private static WireAccessor<List<WireField>, object?, object> Group(int number, string name, WireMessage message) =>
        new(_ => null, (fields, inner) => fields.AddRange((List<WireField>)inner!), _ => null, v => v)
        {
            Number = number,
            Name = name,
            Kind = WireKind.Message,
            Optional = true,
            Message = message,
        };

    private static WireAccessor<List<WireField>, object?, T> Field<T>(int number, string name, WireKind kind, Func<T?, object?> value, bool flagDefault = false) =>
        new(_ => null, (fields, v) => fields.Add(new WireField(name, v)), _ => default, v => value(v))
        {
            Number = number,
            Name = name,
            Kind = kind,
            Optional = true,
            FlagDefault = flagDefault,
        };
}
