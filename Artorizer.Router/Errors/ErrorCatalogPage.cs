using System.Text;
using System.Text.Encodings.Web;

namespace Artorizer.Router.Errors;

/// <summary><c>GET /errors</c>: the catalogue for people who followed the <c>type</c> of an answer.</summary>
internal static class ErrorCatalogPage
{
    private static readonly string Html = Write();

    public static void MapErrorCatalog(this IEndpointRouteBuilder routes) => routes
        .MapGet(ErrorCatalog.Path, static () => Results.Content(Html, "text/html; charset=utf-8"))
        .AllowAnonymous()
        .ExcludeFromDescription();

    private static string Write()
    {
        var html = new StringBuilder(
            """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Errors – Artorizer</title></head>
            <body>
            <h1>Errors</h1>
            <p>Programs tell an error by its <code>code</code>; <code>errors</code> lists everything that is wrong with a request.</p>

            """);
        Write(html, "Refused requests", ErrorCatalog.Requests);
        Write(html, "Failed jobs", ErrorCatalog.Jobs);
        return html.Append("</body>\n</html>\n").ToString();
    }

    private static void Write(StringBuilder html, string title, IReadOnlyList<ErrorKind> kinds)
    {
        html.Append($"<h2>{title}</h2>\n<dl>\n");
        foreach (var (code, meaning, advice) in kinds)
        {
            html.Append($"<dt id=\"{code}\"><code>{code}</code></dt><dd>{Encoded(meaning)} {Encoded(advice)}</dd>\n");
        }

        html.Append("</dl>\n");
    }

    private static string Encoded(string text) => HtmlEncoder.Default.Encode(text);
}
