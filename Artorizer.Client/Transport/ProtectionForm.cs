using System.Globalization;
using System.Text.Json;

namespace Artorizer.Client.Transport;

/// <summary>Settings as the fields of <c>POST /protect</c>.</summary>
internal static class ProtectionForm
{
    /// <summary>The fields that are set, as a form has them.</summary>
    public static IEnumerable<(string Name, string Value)> Of(ProtectionSettings settings, Uri? imageUrl) =>
        from field in Fields(settings, imageUrl)
        let text = Text(field.Value)
        where text is not null
        select (field.Name, text);

    private static (string Name, object? Value)[] Fields(ProtectionSettings settings, Uri? imageUrl) =>
    [
        ("artist_name", settings.Artist),
        ("artwork_title", settings.Title),
        ("artwork_description", settings.Description),
        ("artwork_creation_time", settings.CreationTime),
        ("tags", settings.Tags),
        ("extra_metadata", settings.ExtraMetadata),
        ("image_url", imageUrl?.AbsoluteUri),
        ("include_hash_analysis", settings.IncludeHashAnalysis),
        ("include_protection", settings.IncludeProtection),
        ("processors", settings.Processors),
        ("watermark_strategy", settings.WatermarkStrategy),
        ("watermark_strength", settings.WatermarkStrength),
        ("watermark_text", settings.WatermarkText),
        ("tree_ring_frequency", settings.TreeRingFrequency),
        ("tree_ring_amplitude", settings.TreeRingAmplitude),
        ("enable_fawkes", settings.EnableFawkes),
        ("enable_photoguard", settings.EnablePhotoguard),
        ("enable_mist", settings.EnableMist),
        ("enable_nightshade", settings.EnableNightshade),
        ("enable_stegano_embed", settings.EnableSteganoEmbed),
        ("stegano_message", settings.SteganoMessage),
        ("enable_c2pa_manifest", settings.EnableC2paManifest),
        ("max_stage_dim", settings.MaxStageDimension),
        ("priority", settings.Priority),
        ("via", settings.Via),
        ("force", settings.Force),
        ("callback_url", settings.CallbackUrl?.AbsoluteUri),
        ("callback_auth_token", settings.CallbackAuthToken),
    ];

    // Lists as JSON text, because a tag may contain the comma of a comma list.
    private static string? Text(object? value) => value switch
    {
        null or IReadOnlyList<string> { Count: 0 } => null,
        true => "true",
        false => "false",
        IReadOnlyList<string> list => JsonSerializer.Serialize(list),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
