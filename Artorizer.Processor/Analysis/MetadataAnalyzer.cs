using System.Text.Json.Nodes;
using Artorizer.Processor.Images;

namespace Artorizer.Processor.Analysis;

/// <summary>Size, format, pixel layout, colour profile and a summary of the EXIF data.</summary>
public sealed class MetadataAnalyzer : IImageAnalyzer
{
    private const string ExifPrefix = "exif-ifd";
    private const int MaxExifFields = 100;
    private const int MaxExifLength = 200;

    /// <inheritdoc/>
    public string Name => "metadata";

    /// <inheritdoc/>
    public IReadOnlyList<string> Hashes { get; } = [];

    /// <inheritdoc/>
    public Task<AnalysisSection> AnalyzeAsync(AnalysisContext context, CancellationToken cancellationToken)
    {
        var (source, header) = (context.Source, context.Image.Header);
        var data = new JsonObject
        {
            ["width"] = context.Image.Width,
            ["height"] = context.Image.Height,
            ["format"] = source.Format.Id,
            ["mode"] = source.Mode,
            ["bits"] = source.Bits,
            ["has_alpha"] = source.HasAlpha,
            ["frames"] = source.Frames,
            ["orientation"] = source.Orientation,
            ["progressive"] = source.IsProgressive,
            ["file_size"] = context.SourceLength,
            ["sha256"] = context.SourceSha256,
        };
        if (header.Contains("icc-profile-data") && header.Get("icc-profile-data") is byte[] profile)
        {
            data["icc_profile"] = new JsonObject { ["length"] = profile.Length, ["description"] = IccProfile.Description(profile) };
        }

        if (source.JpegQuality > 0)
        {
            data["jpeg_quality"] = source.JpegQuality;
        }

        if (ReadExif(context.Image) is { Count: > 0 } exif)
        {
            data["exif"] = exif;
        }

        return Task.FromResult(AnalysisSection.Of(data));
    }

    private static JsonObject ReadExif(RasterImage image)
    {
        var exif = new JsonObject();
        foreach (var field in image.Header.GetFields().Where(name => name.StartsWith(ExifPrefix, StringComparison.Ordinal)).Take(MaxExifFields))
        {
            // "exif-ifd0-Model" → "Model"; the value ends in libexif's own description, "Foo (Foo, ASCII, 4 components, 4 bytes)".
            var name = field[(field.IndexOf('-', ExifPrefix.Length) + 1)..];
            if (image.Header.Get(field) is string value)
            {
                var end = value.LastIndexOf(" (", StringComparison.Ordinal);
                var text = end > 0 ? value[..end] : value;
                exif[name] = text.Length > MaxExifLength ? text[..MaxExifLength] : text;
            }
        }

        return exif;
    }
}
