using System.Buffers;
using System.Text;
using System.Text.Json;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Wire;
using Artorizer.Jobs.Uploads;
using Artorizer.Router.Errors;
using Artorizer.Router.Protect;

namespace Artorizer.Router.Uploads;

/// <summary>Sorts what a client says at the beginning of an upload into what the upload needs and what its later submission needs.</summary>
internal static class UploadFields
{
    private const int MaxFieldsLength = 64 * 1024;

    private static readonly JsonWireProtocol Json = new();

    // Known to the protocol's common clients, and of no consequence here.
    private static readonly string[] Ignored = ["relativePath", "relative_path"];

    /// <summary>
    /// Reads named values into a manifest. Fields of <c>POST /protect</c> are kept as they are; their values
    /// are checked when it is submitted.
    /// </summary>
    /// <param name="manifest">What is known of the upload without them.</param>
    /// <param name="fields">What was sent.</param>
    /// <param name="errors">Where what is unknown, given twice, or wrong goes.</param>
    public static UploadManifest Apply(UploadManifest manifest, IEnumerable<WireField> fields, FieldErrors errors)
    {
        var kept = new List<WireField>();
        var names = new ProtectFields(errors);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            if (!seen.Add(field.Name))
            {
                errors.Add(ApiException.RepeatedField(field.Name));
            }
            else if (errors.Read(() => With(manifest, field), otherwise: manifest) is { } known)
            {
                manifest = known;
            }
            else if (names.Add(field))
            {
                kept.Add(field);
            }
        }

        return manifest with { Fields = kept.Count == 0 ? null : ToJson(kept) };
    }

    // Nothing where the field is one of the later submission's.
    private static UploadManifest? With(UploadManifest manifest, WireField field) => field.Name switch
    {
        "filename" or "name" => manifest with { FileName = ImageDeclaration.CleanFileName(Text(field)) ?? manifest.FileName },
        "filetype" or "type" or "content_type" => manifest with { ContentType = NullIfEmpty(Text(field)) },
        "sha256" => manifest with { Sha256 = UploadEndpoints.Sha256(Text(field)) },
        "submit" => manifest with { SubmitWhenComplete = Flag(field) },
        ProtectFieldNames.ImageUrl or ProtectFieldNames.UploadId or "imageUrl" or "uploadId" => throw ApiException.BadField(
            ProtectFieldNames.Canonical(field.Name), "given beside an upload; exactly one image source is required"),
        var name => Ignored.Contains(name, StringComparer.Ordinal) ? manifest : null,
    };

    /// <summary>The body of <c>POST /uploads</c>.</summary>
    /// <param name="fields">What was sent.</param>
    /// <param name="errors">Where what is unknown, given twice, or wrong goes.</param>
    public static UploadRequest Request(IEnumerable<WireField> fields, FieldErrors errors)
    {
        var request = new UploadRequest();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            var name = ProtectFieldNames.Canonical(field.Name);
            if (!seen.Add(name))
            {
                errors.Add(ApiException.RepeatedField(name));
                continue;
            }

            request = errors.Read(() => With(request, name, field)) ?? request;
        }

        return request;
    }

    private static UploadRequest With(UploadRequest request, string name, WireField field) => name switch
    {
        "filename" => request with { Filename = Text(field) },
        "content_type" => request with { ContentType = Text(field) },
        "sha256" => request with { Sha256 = UploadEndpoints.Sha256(Text(field)) },
        "size" => request with { Size = Size(field) },
        _ => throw ApiException.BadField(
            field.Name,
            "unknown here; filename, content_type, size and sha256 are taken, and the other fields by POST /protect",
            ErrorCodes.UnknownField),
    };

    private static long? Size(WireField field) => field.Value switch
    {
        null => null,
        long size => size,
        _ => throw ApiException.BadField("size", "must be a whole number of bytes"),
    };

    /// <summary>The fields of the later submission that came with an upload.</summary>
    public static IReadOnlyList<WireField> Kept(UploadManifest manifest) =>
        manifest.Fields is { } json ? Json.ReadFields(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json))) : [];

    /// <summary>The manifest without the callback's token, which is the job's from then on.</summary>
    public static UploadManifest WithoutToken(UploadManifest manifest)
    {
        var kept = Kept(manifest);
        var fields = kept.Where(field => !IsToken(field.Name)).ToList();
        var pairs = manifest.TusMetadata?.Split(',').Where(pair => !IsToken(pair.Trim().Split(' ')[0]));
        return manifest with
        {
            Fields = fields.Count == kept.Count ? manifest.Fields : ToJson(fields),
            TusMetadata = pairs is null ? null : string.Join(',', pairs),
        };
    }

    private static bool IsToken(string name) => ProtectFieldNames.Canonical(name) == ProtectFieldNames.CallbackAuthToken;

    /// <summary>Reads <c>Upload-Metadata</c>: pairs of a name and a value in base64, parted by commas (tus 1.0.0, "Creation").</summary>
    public static IReadOnlyList<WireField> ParseTus(string header)
    {
        var fields = new List<WireField>();
        foreach (var pair in header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var space = pair.IndexOf(' ', StringComparison.Ordinal);
            var name = space < 0 ? pair : pair[..space];
            if (name.Any(c => c is <= ' ' or >= (char)127))
            {
                throw ApiException.BadField(TusHeaders.UploadMetadata, "names must be printable ASCII");
            }

            fields.Add(new WireField(name, space < 0 ? "" : Decode(name, pair[(space + 1)..].Trim())));
        }

        return fields;
    }

    private static string Decode(string name, string base64)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(base64));
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            throw ApiException.BadField(TusHeaders.UploadMetadata, $"the value of {name} is not UTF-8 in base64");
        }
    }

    private static string? Text(WireField field) => field.Value switch
    {
        null => null,
        string text when text.Length <= 1024 => text,
        _ => throw ApiException.BadField(field.Name, "must be text of at most 1024 characters"),
    };

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static bool Flag(WireField field) => field.Value switch
    {
        bool value => value,
        "true" or "1" => true,
        "false" or "0" or "" or null => false,
        _ => throw ApiException.BadField(field.Name, "must be true or false"),
    };

    private static string ToJson(List<WireField> fields)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            JsonText.Write(writer, fields);
        }

        return buffer.Length <= MaxFieldsLength
            ? Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length)
            : throw ApiException.BadField(TusHeaders.UploadMetadata, "too long");
    }
}
