using Microsoft.Extensions.FileProviders;

namespace Artorizer.Router.Web;

/// <summary>The page at <c>/</c>: static files beside the program, under a policy that lets nothing else run.</summary>
internal static class WebPage
{
    // The page reads everything from its own origin; a download from another host is a navigation, which no directive limits.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob: data:; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public static void UseWebPage(this WebApplication app)
    {
        var files = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "wwwroot"));
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            OnPrepareResponse = context =>
            {
                var headers = context.Context.Response.Headers;
                headers.ContentSecurityPolicy = Policy;
                headers.XContentTypeOptions = "nosniff";
                headers["Referrer-Policy"] = "no-referrer";
                headers.CacheControl = "no-cache";
            },
        });
    }
}
