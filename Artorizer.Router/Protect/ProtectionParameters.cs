using System.Globalization;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Artorizer.Router.Errors;
using Artorizer.ServiceDefaults.Outbound;
using static Artorizer.Router.Protect.ProtectFieldNames;

namespace Artorizer.Router.Protect;

/// <summary>What a caller asked for, validated; everything but the image.</summary>
internal sealed record ProtectionParameters
{
    private const int MaxTags = 25;
    private const int MaxTagLength = 50;

    private const int MaxNameLength = 64;

    // ISO 8601 calendar dates and times, as exact as the caller knows them.
    private static readonly string[] TimeFormats =
    [
        "yyyy", "yyyy-MM", "yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK",
        "yyyyMMdd", "yyyyMMddTHHmmssK",
    ];

    public required string Artist { get; init; }

    public required string Title { get; init; }

    public string? Description { get; init; }

    public string? CreationTime { get; init; }

    public string[] Tags { get; init; } = [];

    public string? ExtraMetadata { get; init; }

    public bool IncludeHashAnalysis { get; init; }

    public bool IncludeProtection { get; init; }

    public string[] Processors { get; init; } = [];

    public required string WatermarkStrategy { get; init; }

    public double WatermarkStrength { get; init; }

    public string? WatermarkText { get; init; }

    public int Priority { get; init; }

    public required string Via { get; init; }

    /// <summary>Whether it is done although the owner has the same image with the same wishes already.</summary>
    public bool Force { get; init; }

    public Uri? ImageUrl { get; init; }

    public Uri? CallbackUrl { get; init; }

    public string? CallbackAuthToken { get; init; }

    /// <summary>Validates every field; the first that is wrong is named.</summary>
    /// <param name="fields">The request's fields.</param>
    /// <param name="engine">
    /// What the image engine can do, or <see langword="null"/> while none has answered: then names that look like names are taken, and the
    /// engine refuses those that it does not know.
    /// </param>
    public static ProtectionParameters From(ProtectFields fields, EngineDescription? engine)
    {
        var callback = Address(fields, ProtectFieldNames.CallbackUrl);
        var token = fields.Text(ProtectFieldNames.CallbackAuthToken, 1, 4096);
        if (token is not null && callback is null)
        {
            throw ApiException.BadField(ProtectFieldNames.CallbackAuthToken, "given without callback_url");
        }

        if (token?.All(static c => c is > ' ' and < (char)127) == false)
        {
            throw ApiException.BadField(
                ProtectFieldNames.CallbackAuthToken, "must be printable ASCII characters without spaces, as it is sent in a header");
        }

        return new ProtectionParameters
        {
            Artist = fields.RequiredText(ArtistName, 120),
            Title = fields.RequiredText(ArtworkTitle, 200),
            Description = fields.Text(ArtworkDescription, 0, 2000, multiline: true),
            CreationTime = Time(fields),
            Tags = TagList(fields),
            ExtraMetadata = fields.JsonObject(ProtectFieldNames.ExtraMetadata, 5000),
            IncludeHashAnalysis = fields.Boolean(ProtectFieldNames.IncludeHashAnalysis, true),
            IncludeProtection = fields.Boolean(ProtectFieldNames.IncludeProtection, true),
            Processors = AnalyzerList(fields, engine),
            WatermarkStrategy = Strategy(fields, engine),
            WatermarkStrength = fields.Number(ProtectFieldNames.WatermarkStrength, 0, 1, 0.5),
            WatermarkText = fields.Text(ProtectFieldNames.WatermarkText, 1, 200),
            Priority = fields.Integer(ProtectFieldNames.Priority, 0, 9, 5),
            Via = fields.OneOf(ProtectFieldNames.Via, JobVia.All.ToArray(), JobVia.Queue),
            Force = fields.Boolean(ProtectFieldNames.Force, false),
            ImageUrl = Address(fields, ProtectFieldNames.ImageUrl),
            CallbackUrl = callback,
            CallbackAuthToken = token,
        };
    }

    public ProtectionTask ToTask(OriginalImage original) => new()
    {
        Title = Title,
        Artist = Artist,
        Description = Description,
        CreationTime = CreationTime,
        Tags = Tags,
        ExtraMetadata = ExtraMetadata,
        Original = original,
        IncludeHashAnalysis = IncludeHashAnalysis,
        IncludeProtection = IncludeProtection,
        Processors = Processors,
        WatermarkStrategy = WatermarkStrategy,
        WatermarkStrength = WatermarkStrength,
        WatermarkText = WatermarkText,
        CallbackUrl = CallbackUrl,
        CallbackAuthToken = CallbackAuthToken,
    };

    private static string[] TagList(ProtectFields fields)
    {
        var tags = fields.List(ProtectFieldNames.Tags) ?? [];
        if (tags.Length > MaxTags)
        {
            throw ApiException.BadField(ProtectFieldNames.Tags, $"at most {MaxTags} are kept", $"Too many tags (max {MaxTags})");
        }

        foreach (var tag in tags)
        {
            if (tag.EnumerateRunes().Count() > MaxTagLength)
            {
                throw ApiException.BadField(ProtectFieldNames.Tags, "a tag is too long", $"Tag too long: \"{tag}\" (max {MaxTagLength} chars)");
            }

            if (PlainText.Refusal(tag) is { } refusal)
            {
                throw ApiException.BadField(ProtectFieldNames.Tags, refusal);
            }
        }

        return tags;
    }

    private static string[] AnalyzerList(ProtectFields fields, EngineDescription? engine)
    {
        var names = fields.List(ProtectFieldNames.Processors);
        string[]? known = engine is null ? null : [.. engine.Analyzers.Select(analyzer => analyzer.Name)];
        foreach (var name in names ?? [])
        {
            if (name == "stegano")
            {
                throw ApiException.BadField(ProtectFieldNames.Processors, "stegano is not available in this version; leave it out");
            }

            if (!(known?.Contains(name, StringComparer.Ordinal) ?? IsName(name)))
            {
                var hint = known is null ? "must be names of analyzers" : $"known are {string.Join(", ", known)}";
                throw ApiException.BadField(ProtectFieldNames.Processors, hint, $"Unknown processor: {name}");
            }
        }

        return names is null ? [] : [.. names.Distinct(StringComparer.Ordinal)];
    }

    private static string Strategy(ProtectFields fields, EngineDescription? engine)
    {
        const string field = ProtectFieldNames.WatermarkStrategy;
        var strategy = engine is null
            ? fields.Text(field, 1, MaxNameLength) ?? ProtectionTask.DefaultStrategy
            : fields.OneOf(field, [.. engine.WatermarkStrategies, "tree-ring"], ProtectionTask.DefaultStrategy);
        if (strategy == "tree-ring")
        {
            var others = engine is null ? "another one" : $"one of {string.Join(", ", engine.WatermarkStrategies)}";
            throw ApiException.BadField(field, $"tree-ring is not available in this version; choose {others}");
        }

        return IsName(strategy) ? strategy : throw ApiException.BadField(field, "must be the name of a strategy");
    }

    private static bool IsName(string text) =>
        text.Length <= MaxNameLength && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');

    private static string? Time(ProtectFields fields)
    {
        var text = fields.Text(ArtworkCreationTime, 0, 40);
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)
            ? text
            : throw ApiException.BadField(ArtworkCreationTime, "must be an ISO 8601 date or time, such as 2026-05-01T12:00:00Z");
    }

    private static Uri? Address(ProtectFields fields, string name)
    {
        if (fields.Text(name, 1, 2048) is not { } text)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var url) && PublicHttpClient.IsAcceptable(url)
            ? url
            : throw ApiException.BadField(name, "must be an absolute http or https address without user name or password");
    }
}
