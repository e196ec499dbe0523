using Artorizer.Infrastructure.Embedded;

namespace Artorizer.Router.Limits;

/// <summary>Ends downloads from the embedded object store that nobody reads; its endpoints know nothing of the router's limits.</summary>
internal static class StalledReaders
{
    public static void UseStalledReaderLimit(this WebApplication app) => app.Use((http, next) =>
    {
        if (http.Request.Path.StartsWithSegments(EmbeddedObjectEndpoints.Path))
        {
            http.Response.Body = new WriteTimeoutStream(http, http.Response.Body);
        }

        return next(http);
    });
}
