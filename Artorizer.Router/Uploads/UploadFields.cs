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
    /// <exception cref="ApiException">400 naming the field that is unknown, given twice, or wrong.</exception>
    public static UploadManifest Apply(UploadManifest manifest, IEnumerable<WireField> fields)
    {
        var kept = new List<WireField>();
        var names = new ProtectFields();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            if (!seen.Add(field.Name))
            {
                throw ApiException.BadField(field.Name, "given more than once");
            }

            switch (field.Name)
            {
                case "filename" or "name":
                    manifest = manifest with { FileName = ImageDeclaration.CleanFileName(Text(field)) ?? manifest.FileName };
                    break;
                case "filetype" or "type" or "content_type":
                    manifest = manifest with { ContentType = NullIfEmpty(Text(field)) };
                    break;
                case "sha256":
                    manifest = manifest with { Sha256 = UploadEndpoints.Sha256(Text(field)) };
                    break;
                case "submit":
                    manifest = manifest with { SubmitWhenComplete = Flag(field) };
                    break;
                case ProtectFieldNames.ImageUrl or ProtectFieldNames.UploadId or "imageUrl" or "uploadId":
                    throw ApiException.BadField(
                        ProtectFieldNames.Canonical(field.Name), "given beside an upload; exactly one image source is required");
                case var name when !Ignored.Contains(name, StringComparer.Ordinal):
                    names.Add(field);
                    kept.Add(field);
                    break;
            }
        }

        return manifest with { Fields = kept.Count == 0 ? null : ToJson(kept) };
    }

    /// <summary>The body of <c>POST /uploads</c>.</summary>
    /// <exception cref="ApiException">400 naming the field that is unknown, given twice, or wrong.</exception>
    public static UploadRequest Request(IEnumerable<WireField> fields)
    {
        var request = new UploadRequest();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            var name = ProtectFieldNames.Canonical(field.Name);
            if (!seen.Add(name))
            {
                throw ApiException.BadField(name, "given more than once");
            }

            request = name switch
            {
                "filename" => request with { Filename = Text(field) },
                "content_type" => request with { ContentType = Text(field) },
                "sha256" => request with { Sha256 = Text(field) },
                "size" => request with { Size = Size(field) },
                _ => throw ApiException.BadField(
                    field.Name, "unknown here; filename, content_type, size and sha256 are taken, and the other fields by POST /protect"),
            };
        }

        return request;
    }

    private static long? Size(WireField field) => field.Value switch
    {
        null => null,
        long size => size,
        _ => throw ApiException.BadField("size", "must be a whole number of bytes"),
    };

    /// <summary>The fields of the later submission that came with an upload.</summary>
    public static IReadOnlyList<WireField> Kept(UploadManifest manifest) =>
        manifest.Fields is { } json ? Json.ReadFields(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json))) : [];

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
