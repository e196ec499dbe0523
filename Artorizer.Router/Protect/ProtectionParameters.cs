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

    /// <summary>Validates every field.</summary>
    /// <param name="fields">The request's fields.</param>
    /// <param name="engine">
    /// What the image engine can do, or <see langword="null"/> while none has answered: then names that look like names are taken, and the
    /// engine refuses those that it does not know.
    /// </param>
    /// <param name="mustNameImage">Whether there is no image but one that the fields name.</param>
    /// <exception cref="ApiException">400: something is wrong, with all that is.</exception>
    public static ProtectionParameters From(ProtectFields fields, EngineDescription? engine, bool mustNameImage = false)
    {
        var errors = fields.Errors;
        var parameters = new ProtectionParameters
        {
            Artist = errors.Read(() => fields.RequiredText(ArtistName, 120)) ?? "",
            Title = errors.Read(() => fields.RequiredText(ArtworkTitle, 200)) ?? "",
            Description = errors.Read(() => fields.Text(ArtworkDescription, 0, 2000, multiline: true)),
            CreationTime = errors.Read(() => Time(fields)),
            Tags = errors.Read(() => TagList(fields)) ?? [],
            ExtraMetadata = errors.Read(() => fields.JsonObject(ProtectFieldNames.ExtraMetadata, 5000)),
            IncludeHashAnalysis = errors.Read(() => fields.Boolean(ProtectFieldNames.IncludeHashAnalysis, true)),
            IncludeProtection = errors.Read(() => fields.Boolean(ProtectFieldNames.IncludeProtection, true)),
            Processors = errors.Read(() => AnalyzerList(fields, engine)) ?? [],
            WatermarkStrategy = errors.Read(() => Strategy(fields, engine)) ?? ProtectionTask.DefaultStrategy,
            WatermarkStrength = errors.Read(() => fields.Number(ProtectFieldNames.WatermarkStrength, 0, 1, 0.5)),
            WatermarkText = errors.Read(() => fields.Text(ProtectFieldNames.WatermarkText, 1, 200)),
            Priority = errors.Read(() => fields.Integer(ProtectFieldNames.Priority, 0, 9, 5)),
            Via = errors.Read(() => fields.OneOf(ProtectFieldNames.Via, JobVia.All.ToArray(), JobVia.Queue)) ?? JobVia.Queue,
            Force = errors.Read(() => fields.Boolean(ProtectFieldNames.Force, false)),
            ImageUrl = errors.Read(() => Address(fields, ProtectFieldNames.ImageUrl)),
            CallbackUrl = errors.Read(() => Address(fields, ProtectFieldNames.CallbackUrl)),
            CallbackAuthToken = errors.Read(() => Token(fields)),
        };
        if (mustNameImage && !fields.Has(ProtectFieldNames.ImageUrl))
        {
            errors.Add(ApiException.MissingField(
                Image, "required; send a file field 'image', a raw image body, image_url, or upload_id"));
        }

        errors.ThrowIfAny();
        return parameters;
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
            throw ApiException.BadFieldAs($"Too many tags (max {MaxTags})", ProtectFieldNames.Tags, $"at most {MaxTags} are kept");
        }

        foreach (var tag in tags)
        {
            if (tag.EnumerateRunes().Count() > MaxTagLength)
            {
                throw ApiException.BadFieldAs($"Tag too long: \"{tag}\" (max {MaxTagLength} chars)", ProtectFieldNames.Tags, "a tag is too long");
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
                throw ApiException.BadField(
                    ProtectFieldNames.Processors, "stegano is not available in this version; leave it out", ErrorCodes.FieldNotAvailable);
            }

            if (!(known?.Contains(name, StringComparer.Ordinal) ?? IsName(name)))
            {
                var hint = known is null ? "must be names of analyzers" : $"known are {string.Join(", ", known)}";
                throw ApiException.BadFieldAs($"Unknown processor: {name}", ProtectFieldNames.Processors, hint);
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
            throw ApiException.BadField(field, $"tree-ring is not available in this version; choose {others}", ErrorCodes.FieldNotAvailable);
        }

        return IsName(strategy) ? strategy : throw ApiException.BadField(field, "must be the name of a strategy");
    }

    private static bool IsName(string text) =>
        text.Length <= MaxNameLength && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');

    private static string? Token(ProtectFields fields)
    {
        var token = fields.Text(ProtectFieldNames.CallbackAuthToken, 1, 4096);
        return token is null ? null
            : !fields.Has(ProtectFieldNames.CallbackUrl)
                ? throw ApiException.BadField(ProtectFieldNames.CallbackAuthToken, "given without callback_url")
            : token.All(static c => c is > ' ' and < (char)127)
                ? token
            : throw ApiException.BadField(
                ProtectFieldNames.CallbackAuthToken, "must be printable ASCII characters without spaces, as it is sent in a header");
    }

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
