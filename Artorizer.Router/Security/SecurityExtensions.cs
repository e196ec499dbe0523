using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Artorizer.Infrastructure.Embedded;
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

    /// <summary>
    /// By what the caller is counted: the owner, or the address from which it comes without a valid key; <see langword="null"/> for callers
    /// of this machine where no key is needed, who are not.
    /// </summary>
    public static string? CallerPartition(this HttpContext http) => http.User.Identity switch
    {
        { IsAuthenticated: true, Name: ApiKeyAuthentication.LocalOwner } => null,
        { IsAuthenticated: true, Name: { } owner } => owner,

        // Names with a space are no owner's.
        _ => $"from {Network(http.Connection.RemoteIpAddress)}",
    };

    private static void ConfigureRateLimiter(RateLimiterOptions limiter, IOptions<RateLimitOptions> options)
    {
        var limits = options.Value;
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
        {
            // Signed addresses are keys of their own, and the image engine of this machine calls them for each job.
            if (http.CallerPartition() is not { } caller || http.Request.Path.StartsWithSegments(EmbeddedObjectEndpoints.Path))
            {
                return RateLimitPartition.GetNoLimiter("");
            }

            return http.User.Identity is { IsAuthenticated: true }
                ? RateLimitPartition.GetTokenBucketLimiter(caller, _ => Bucket(limits.RequestsPerSecond, limits.Burst, limits))
                : RateLimitPartition.GetTokenBucketLimiter(caller, _ => Bucket(limits.AnonymousRequestsPerSecond, limits.AnonymousBurst, limits));
        });
        limiter.OnRejected = (context, _) => new ValueTask(ProblemResult.WriteAsync(context.HttpContext, new ApiException(
            StatusCodes.Status429TooManyRequests,
            "Too many requests",
            $"More than {Rate(context.HttpContext):0.##} requests per second. Wait as long as Retry-After says.")
        {
            RetryAfter = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : limits.ReplenishmentPeriod,
        }));

        double Rate(HttpContext http) =>
            http.User.Identity is { IsAuthenticated: true } ? limits.RequestsPerSecond : limits.AnonymousRequestsPerSecond;
    }

    private static TokenBucketRateLimiterOptions Bucket(double requestsPerSecond, int burst, RateLimitOptions limits) => new()
    {
        TokenLimit = burst,
        TokensPerPeriod = Math.Max(1, (int)Math.Ceiling(requestsPerSecond * limits.ReplenishmentPeriod.TotalSeconds)),
        ReplenishmentPeriod = limits.ReplenishmentPeriod,
        QueueLimit = 0,
    };

    // Whoever has one address of IPv6 has the other 2^64 of its network.
    private static string Network(IPAddress? address) => address switch
    {
        null => "this machine",
        _ when IPAddress.IsLoopback(address) => "this machine",
        { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } =>
            new IPNetwork(new IPAddress([.. address.GetAddressBytes().AsSpan(0, 8), .. new byte[8]]), 64).ToString(),
        _ => address.MapToIPv4().ToString(),
    };
}
