using System.Text.Json;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Wire;
using Artorizer.Jobs;
using Artorizer.Router.Errors;
using Artorizer.Router.Grpc;
using Artorizer.Router.Health;
using Artorizer.Router.Jobs;
using Artorizer.Router.Limits;
using Artorizer.Router.Negotiation;
using Artorizer.Router.Protect;
using Artorizer.Router.Realtime;
using Artorizer.Router.Security;
using Artorizer.Router.Tasks;
using Artorizer.Router.Uploads;
using Artorizer.Router.Web;
using Artorizer.ServiceDefaults.Health;
using Artorizer.ServiceDefaults.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Artorizer.Router;

/// <summary>
/// The router as a set of registrations, so that it runs alone or beside the other services in one
/// process. The host adds the stores.
/// </summary>
public static class RouterApplication
{
    // The head of a gRPC message.
    private const int MessageHeadBytes = 5;

    /// <summary>Adds everything but the service defaults and the stores.</summary>
    public static WebApplicationBuilder AddRouter(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddProblemDetails();
        services.AddExceptionHandler<ApiExceptionHandler>();
        services.AddRouterSecurity();
        services.AddCrossOrigins();
        services.AddRouterLimits();
        services.AddPublicHttpClient();
        services.AddImageEngineClient(direct => direct.WithoutResilience());
        services.AddPrometheusMetrics();
        services.AddOpenApi("v1");
        services.AddGrpc(grpc => grpc.Interceptors.Add<ApiExceptionInterceptor>());
        services.AddGrpcLimits();
        services.AddGrpcReflection();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJsonContext.Default));
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(WireProtocols.Registry);
        services.AddSingleton<JobSubmitter>();
        services.AddOptions<DirectAccessOptions>().BindConfiguration(DirectAccessOptions.Section);
        services.AddSingleton<JobResults>();
        services.AddSingleton<JobRemoval>();
        services.AddSingleton<ImageIntake>();
        services.AddSingleton<RemoteImages>();
        services.AddSingleton<RouterMetrics>();
        services.AddSingleton<ProtectRequestReader>();
        services.AddSingleton<ImageSubmission>();
        services.AddSingleton<ImageTasks>();
        services.AddSingleton<TaskSubmission>();
        services.AddSingleton<TaskStream>();
        services.AddSingleton<ReferencedImages>();
        services.AddUploads();
        services.AddRealtime();
        services.AddTransient<SynchronousProtection>();
        services.AddTransient<GrpcImages>();
        services.AddHostedService<EngineCatalogRefresh>();
        services.AddHostedService<InterruptedJobs>();
        services.AddHostedService<QueueGauges>();
        services.AddHostedService<Adoption>();

        services.AddHealthChecks()
            .AddStoreChecks(HealthTags.Ready)
            .AddCheck<ProcessorHealthCheck>("processor");
        return builder;
    }

    /// <summary>Maps every endpoint.</summary>
    public static WebApplication MapRouter(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseCrossOrigins();
        app.UseHead();
        app.UseExceptionHandler();
        app.UseStatusCodePages(
            static context => ProblemResult.WriteAsync(context.HttpContext, ApiException.Unrouted(context.HttpContext.Response.StatusCode)));
        app.UseStalledBodyLimit();
        app.UseStalledReaderLimit();
        app.UseWebPage();
        app.UseRealtime();
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseKeyRemoval();
        app.UseContentCodings();

        var routes = app.MapWithHead();
        routes.MapProtect();
        routes.MapUploads();
        routes.MapTus();
        routes.MapRealtime();
        routes.MapJobs();
        routes.MapTasks();
        routes.MapHealth();
        routes.MapErrorCatalog();
        routes.MapPrometheusMetrics();
        routes.MapOpenApi().AllowAnonymous();
        app.MapDefaultEndpoints(mapHealth: false);
        app.MapGrpcService<TaskDaemonService>();
        app.MapGrpcService<ProtectionService>();
        app.MapGrpcService<SubmitJobService>();
        app.MapGrpcService<GrpcHealthService>().AllowAnonymous();
        app.MapGrpcReflectionService().AllowAnonymous();
        return app;
    }

    private static void AddRouterLimits(this IServiceCollection services)
    {
        services.AddOptions<RouterLimits>().BindConfiguration(RouterLimits.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<BacklogGate>();
        services.AddSingleton<OpenStreams>();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<RouterLimits>, IOptions<UploadOptions>, TimeProvider>(
            (kestrel, limits, uploads, time) => Limit(kestrel, limits.Value, uploads.Value, time));
    }

    private static void Limit(KestrelServerOptions kestrel, RouterLimits limits, UploadOptions uploads, TimeProvider time)
    {
        kestrel.AddServerHeader = false;
        kestrel.ConfigureEndpointDefaults(endpoint =>
        {
            endpoint.UseLastBytes();
            endpoint.UseFrameTimeouts(limits.RequestHeadersTimeout, time);
        });

        // Each endpoint bounds what it reads more closely; this is for unary gRPC calls, which do not.
        kestrel.Limits.MaxRequestBodySize = Math.Max(limits.MaxMessageBytes, SubmitJobService.MaxMessageBytes) + MessageHeadBytes;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(limits.MinUploadBytesPerSecond, limits.UploadGracePeriod);
        kestrel.Limits.RequestHeadersTimeout = limits.RequestHeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = limits.KeepAliveTimeout;

        // As WebSockets are: a listener over gRPC may well hear nothing for long, and must be there all the same.
        kestrel.Limits.Http2.KeepAlivePingDelay = uploads.KeepAlive;
        kestrel.Limits.Http2.KeepAlivePingTimeout = uploads.KeepAlive;
        kestrel.Limits.MinResponseDataRate = new MinDataRate(TimedWrites.BlockSize / limits.MaxReadPause.TotalSeconds, limits.MaxReadPause);
    }
}
