using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Artorizer.Router.Protect;

/// <summary>
/// Name and file name of a part of a form, as browsers and libraries send them in practice, which is less strict than RFC 7578 and
/// RFC 8187 say.
/// </summary>
/// <param name="Name">Name of the field.</param>
/// <param name="IsFile">Whether it is a file and no text.</param>
/// <param name="FileName">As given, unescaped; <see langword="null"/> if there is none.</param>
internal sealed partial record FormPart(string Name, bool IsFile, string? FileName)
{
    /// <summary>Reads the headers of a part; <see langword="null"/> when it has no usable Content-Disposition.</summary>
    public static FormPart? Of(MultipartSection section)
    {
        if (!TryParse(section.ContentDisposition, out var disposition))
        {
            return null;
        }

        var name = Unquote(disposition.Name.Value) ?? "";
        var fileName = disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value : Unquote(disposition.FileName.Value);

        // A picture is a picture, also from those who give no name for it.
        var isFile = fileName is not null
            || (name == ProtectFieldNames.Image && section.ContentType?.StartsWith("image/", StringComparison.OrdinalIgnoreCase) == true);
        return new FormPart(name, isFile, fileName);
    }

    // Libraries write characters into filename* that belong escaped there. What it says is then in filename, too.
    private static bool TryParse(string? header, out ContentDispositionHeaderValue disposition) =>
        ContentDispositionHeaderValue.TryParse(header, out disposition!)
        || (header is not null && ContentDispositionHeaderValue.TryParse(ExtendedName().Replace(header, ""), out disposition!));

    // Only what had to be escaped: older browsers send paths with single backslashes.
    private static string? Unquote(string? value) => (value is ['"', .., '"'] ? value[1..^1] : value)
        ?.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);

    [GeneratedRegex(@";\s*filename\*\s*=\s*[^;]*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ExtendedName();
}
