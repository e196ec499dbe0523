using Microsoft.Extensions.Options;

namespace Artorizer.Router.Limits;

/// <summary>Ends requests whose body stops coming.</summary>
internal static class StalledBodies
{
    // The average rate that the server asks for ends these soon enough.
    private const long SmallBody = 16 * 1024;

    public static void UseStalledBodyLimit(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<IOptionsMonitor<RouterLimits>>();
        app.Use((http, next) =>
        {
            var request = http.Request;

            // A gRPC call may well be silent for long, both ways.
            if (request.ContentLength is null or > SmallBody
                && request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true
                && (HttpMethods.IsPost(request.Method) || HttpMethods.IsPut(request.Method) || HttpMethods.IsPatch(request.Method)))
            {
                request.Body = new ReadTimeoutStream(request.Body, limits.CurrentValue.UploadGracePeriod);
            }

            return next(http);
        });
    }
}
