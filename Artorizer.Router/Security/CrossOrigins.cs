using Artorizer.Router.Uploads;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Artorizer.Router.Security;

/// <summary>
/// What browsers are told of every answer: who may read it (CORS and CORP of the Fetch standard), and that its type is what it says.
/// </summary>
internal static class CrossOrigins
{
    private const string ResourcePolicy = "Cross-Origin-Resource-Policy";
    private static readonly TimeSpan PreflightAge = TimeSpan.FromHours(1);

    private static readonly string[] Methods =
        [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete, HttpMethods.Options];

    // Authorization is named, for the wildcard would not cover it.
    private static readonly string[] Sent =
    [
        HeaderNames.Authorization, ApiKeyAuthentication.KeyHeader, HeaderNames.Accept, HeaderNames.ContentType, "Idempotency-Key",
        "Last-Event-ID", HeaderNames.CacheControl, HeaderNames.IfMatch, HeaderNames.IfNoneMatch, HeaderNames.IfModifiedSince,
        HeaderNames.IfUnmodifiedSince, HeaderNames.IfRange, HeaderNames.Range, TusHeaders.TusResumable, TusHeaders.UploadOffset,
        TusHeaders.UploadLength, TusHeaders.UploadMetadata, TusHeaders.UploadChecksum, TusHeaders.UploadDeferLength, "Upload-Concat",
        TusHeaders.MethodOverride,
    ];

    private static readonly string[] Exposed =
    [
        HeaderNames.Location, HeaderNames.ETag, HeaderNames.AcceptEncoding, HeaderNames.AcceptRanges, HeaderNames.Allow,
        HeaderNames.ContentDisposition, HeaderNames.ContentRange, HeaderNames.Link, HeaderNames.RetryAfter, HeaderNames.WWWAuthenticate,
        TusHeaders.TusResumable, TusHeaders.TusVersion, TusHeaders.TusExtension, TusHeaders.TusMaxSize, TusHeaders.TusChecksumAlgorithm,
        TusHeaders.UploadOffset, TusHeaders.UploadLength, TusHeaders.UploadDeferLength, TusHeaders.UploadMetadata,
        TusHeaders.UploadExpires, TusHeaders.JobId, "X-SAC-Width", "X-SAC-Height", "X-SAC-Length-A", "X-SAC-Length-B",
    ];

    public static IServiceCollection AddCrossOrigins(this IServiceCollection services)
    {
        services.AddOptions<CrossOriginOptions>().BindConfiguration(CrossOriginOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CrossOriginOptions>, CrossOriginValidator>();
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<CrossOriginOptions>>((cors, given) =>
            cors.AddDefaultPolicy(policy => Build(policy, given.Value)));
        return services;
    }

    /// <summary>Goes before everything that answers, so that refusals and preflights, which bear no key, are readable as well.</summary>
    public static void UseCrossOrigins(this WebApplication app)
    {
        var origins = app.Services.GetRequiredService<IOptions<CrossOriginOptions>>().Value.Origins;
        var isOpen = origins.Contains(CrossOriginOptions.Any);
        var differs = origins.Count > 0 && !isOpen;
        app.Use((http, next) =>
        {
            // Registered first and so run last: after CORS has decided, and whatever an error has cleared.
            http.Response.OnStarting(static state =>
            {
                var (headers, isOpen, differs) = ((IHeaderDictionary, bool, bool))state;
                Complete(headers, isOpen, differs);
                return Task.CompletedTask;
            }, (http.Response.Headers, isOpen, differs));
            return next(http);
        });
        if (origins.Count > 0)
        {
            app.UseCors();
        }
    }

    /// <summary>Whether a page is one of those that the operator named; a page that is let in with every other is not.</summary>
    public static bool Names(CorsOptions cors, string origin) =>
        cors.GetPolicy(cors.DefaultPolicyName) is { AllowAnyOrigin: false } policy && policy.IsOriginAllowed(origin);

    private static void Build(CorsPolicyBuilder policy, CrossOriginOptions options)
    {
        if (options.Origins.Contains(CrossOriginOptions.Any))
        {
            policy.AllowAnyOrigin();
        }
        else
        {
            // As browsers write them: without the port that the scheme has anyway.
            policy.WithOrigins([.. options.Origins.Select(origin => new Uri(origin).GetLeftPart(UriPartial.Authority))]);
        }

        policy.WithMethods(Methods).WithHeaders(Sent).WithExposedHeaders(Exposed).SetPreflightMaxAge(PreflightAge);
    }

    private static void Complete(IHeaderDictionary headers, bool isOpen, bool differs)
    {
        headers.XContentTypeOptions = "nosniff";

        // Of an image on a page no origin is sent; where every origin is allowed it need not be known.
        headers[ResourcePolicy] = isOpen || !StringValues.IsNullOrEmpty(headers.AccessControlAllowOrigin) ? "cross-origin" : "same-origin";
        if (differs && !headers.Vary.Any(value => value?.Contains(HeaderNames.Origin, StringComparison.OrdinalIgnoreCase) == true))
        {
            // Also where no origin was sent: a cache must not give that answer to a page that has one.
            headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        }
    }
}
