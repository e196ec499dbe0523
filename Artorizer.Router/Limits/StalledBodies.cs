using Artorizer.Router.Grpc;
using Microsoft.AspNetCore.Http.Features;
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
        var time = app.Services.GetRequiredService<TimeProvider>();
        app.Use((http, next) =>
        {
            var request = http.Request;
            if (GrpcRefusals.Expects(http))
            {
                // Its messages go by a reader of their own. What is not read, since the call waits for events, is not timed.
                http.Features.Set<IRequestBodyPipeFeature>(new GrpcBody(request.BodyReader, new UploadPace(limits.CurrentValue, time)));
            }
            else if (request.ContentLength is null or > SmallBody
                && (HttpMethods.IsPost(request.Method) || HttpMethods.IsPut(request.Method) || HttpMethods.IsPatch(request.Method)))
            {
                request.Body = new ReadTimeoutStream(request.Body, limits.CurrentValue.UploadGracePeriod);
            }

            return next(http);
        });
    }
}
