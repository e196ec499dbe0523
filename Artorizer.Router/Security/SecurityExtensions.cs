using System.Security.Claims;
using System.Threading.RateLimiting;
using Artorizer.Router.Errors;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Security;

/// <summary>Keys, owners and rate limits.</summary>
internal static class SecurityExtensions
{
    public static IServiceCollection AddRouterSecurity(this IServiceCollection services)
    {
        services.AddOptions<ApiKeysOptions>().BindConfiguration(ApiKeysOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ApiKeysOptions>, ApiKeysValidator>();
        services.AddSingleton<ApiKeyRing>();
        services.AddAuthentication(ApiKeyAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, null);

        // Whatever is not open by name is closed.
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());

        services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<RateLimitOptions>>(ConfigureRateLimiter);
        return services;
    }

    /// <summary>Whose jobs the caller sees.</summary>
    public static string Owner(this HttpContext http) =>
        http.User.FindFirstValue(ClaimTypes.Name) ?? throw new InvalidOperationException("The endpoint is open and has no owner.");

    private static void ConfigureRateLimiter(RateLimiterOptions limiter, IOptions<RateLimitOptions> options)
    {
        var limits = options.Value;
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
            http.User.Identity is { IsAuthenticated: true, Name: { } owner } && owner != ApiKeyAuthentication.LocalOwner
                ? RateLimitPartition.GetTokenBucketLimiter(owner, _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = limits.Burst,
                    TokensPerPeriod = Math.Max(1, (int)Math.Ceiling(limits.RequestsPerSecond * limits.ReplenishmentPeriod.TotalSeconds)),
                    ReplenishmentPeriod = limits.ReplenishmentPeriod,
                    QueueLimit = 0,
                })
                : RateLimitPartition.GetNoLimiter("none"));
        limiter.OnRejected = (context, _) => new ValueTask(ProblemResult.WriteAsync(context.HttpContext, new ApiException(
            StatusCodes.Status429TooManyRequests,
            "Too many requests",
            $"More than {limits.RequestsPerSecond:0.##} requests per second. Wait as long as Retry-After says.")
        {
            RetryAfter = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : limits.ReplenishmentPeriod,
        }));
    }
}
