using System.Collections.Frozen;
using System.Text;

namespace Artorizer.Router.Protect;

/// <summary>Names of the fields of <c>POST /protect</c>.</summary>
internal static class ProtectFieldNames
{
    public const string ArtistName = "artist_name";
    public const string ArtworkTitle = "artwork_title";
    public const string ArtworkDescription = "artwork_description";
    public const string ArtworkCreationTime = "artwork_creation_time";
    public const string CallbackAuthToken = "callback_auth_token";
    public const string CallbackUrl = "callback_url";
    public const string ExtraMetadata = "extra_metadata";
    public const string Force = "force";
    public const string Image = "image";
    public const string ImageUrl = "image_url";
    public const string IncludeHashAnalysis = "include_hash_analysis";
    public const string IncludeProtection = "include_protection";
    public const string LocalPath = "local_path";
    public const string Priority = "priority";
    public const string Processors = "processors";
    public const string Tags = "tags";
    public const string UploadId = "upload_id";
    public const string Via = "via";
    public const string WatermarkStrategy = "watermark_strategy";
    public const string WatermarkStrength = "watermark_strength";
    public const string WatermarkText = "watermark_text";

    /// <summary>Fields that take effect.</summary>
    public static FrozenSet<string> Known { get; } = new[]
    {
        ArtistName, ArtworkTitle, ArtworkDescription, ArtworkCreationTime, CallbackAuthToken, CallbackUrl, ExtraMetadata,
        Force, ImageUrl, IncludeHashAnalysis, IncludeProtection, LocalPath, Priority, Processors, Tags, UploadId, Via,
        WatermarkStrategy, WatermarkStrength, WatermarkText,
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Fields of the contract whose stage is not in this version. Refused when given, so that nobody takes silence for effect.</summary>
    public static FrozenSet<string> NotAvailable { get; } = new[]
    {
        "enable_c2pa_manifest", "enable_fawkes", "enable_mist", "enable_nightshade", "enable_photoguard", "enable_stegano_embed",
        "max_stage_dim", "stegano_message", "tree_ring_amplitude", "tree_ring_frequency",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The snake_case form of a name given in either style: <c>artistName</c> becomes <c>artist_name</c>.</summary>
    public static string Canonical(string name)
    {
        if (!name.Any(char.IsAsciiLetterUpper))
        {
            return name;
        }

        var snake = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c))
            {
                snake.Append('_').Append(char.ToLowerInvariant(c));
            }
            else
            {
                snake.Append(c);
            }
        }

        return snake.ToString();
    }
}
