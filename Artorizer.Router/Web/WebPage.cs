using Microsoft.Extensions.FileProviders;

namespace Artorizer.Router.Web;

/// <summary>The page at <c>/</c>: static files beside the program, under a policy that lets nothing else run.</summary>
internal static class WebPage
{
    // Presigned addresses may be on another host (the public endpoint of an S3 store), hence http: and https: for pictures and downloads.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self' http: https:; img-src 'self' blob: data: http: https:; "
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
