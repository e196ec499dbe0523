using Artorizer.Contracts.Api;

namespace Artorizer.Contracts.Wire.Schema;

/// <summary>
/// Requests whose fields the endpoints check one by one. Reading one fills a list of <see cref="WireField"/> under the names of
/// the HTTP contract.
/// </summary>
internal static class RequestFields
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

    private static readonly WireMessage Upload = Table(
        Text(1, "filename"),
        Text(2, "content_type"),
        Field(3, "size", WireKind.Int64),
        Text(4, "sha256"));

    private static readonly WireMessage Protect = Table(
        Field(1, "image", WireKind.Bytes),
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
        Text(14, "callback_auth_token"),
        Flag(15, "force", orElse: false));

    /// <summary>The table of a request.</summary>
    /// <param name="message"><see cref="UploadRequest"/>, or <see langword="null"/> for <c>artorizer.v1.ProtectRequest</c>.</param>
    public static WireMessage Of(Type? message) => message == typeof(UploadRequest) ? Upload : Protect;

    private static WireMessage Table(params WireMember[] members) => new(typeof(List<WireField>), () => new List<WireField>(), members);

    private static WireMember Text(int number, string name) => Field(number, name, WireKind.Text);

    private static WireMember Double(int number, string name) => Field(number, name, WireKind.Double);

    private static WireMember Int32(int number, string name) => Field(number, name, WireKind.Int32);

    private static WireMember Flag(int number, string name, bool orElse = true) => Field(number, name, WireKind.Flag, flagDefault: orElse);

    private static WireMember Texts(int number, string name) => Field(number, name, WireKind.Texts);

    private static WireMember Group(int number, string name, WireMessage message) => Field(number, name, WireKind.Message, message: message);

    private static WireMember Field(int number, string name, WireKind kind, bool flagDefault = false, WireMessage? message = null) => new()
    {
        Number = number,
        Name = name,
        Kind = kind,
        Optional = true,
        FlagDefault = flagDefault,
        Message = message,
    };
}
