using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.RabbitMq;
using Artorizer.Jobs;
using Artorizer.ServiceDefaults.Health;
using Artorizer.ServiceDefaults.Http;
using Artorizer.Worker.Callbacks;
using Artorizer.Worker.Execution;
using Artorizer.Worker.Protection;
using Artorizer.Worker.Retention;
using Artorizer.Worker.Tasks;
using Artorizer.Worker.Tasks.Hashes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Artorizer.Worker;

/// <summary>
/// The worker as a set of registrations, so that it runs alone or beside the other services in one
/// process. The host adds the stores.
/// </summary>
public static class WorkerApplication
{
    private static readonly TimeSpan SettleMargin = TimeSpan.FromSeconds(5);

    /// <summary>Adds everything but the service defaults and the stores.</summary>
    public static WebApplicationBuilder AddWorker(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<WorkerOptions>().BindConfiguration(WorkerOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<HostOptions>().Configure<IOptions<WorkerOptions>>(
            (host, worker) => host.ShutdownTimeout = worker.Value.ShutdownGrace + SettleMargin);
        services.AddOptions<RabbitMqQueueOptions>().PostConfigure<IOptions<WorkerOptions>>(
            (queue, worker) => queue.Prefetch = worker.Value.Concurrency);
        services.AddImageEngineClient(direct => direct.WithoutResilience());
        services.AddPublicHttpClient();
        services.AddPrometheusMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<JobSubmitter>();
        services.AddSingleton<CallbackClient>();
        services.AddSingleton<CallbackOutbox>();
        services.AddSingleton<WorkerMetrics>();
        services.AddSingleton<TaskHandlerRegistry>();
        services.AddSingleton<TaskSerializer>();
        services.AddSingleton<JobRunner>();
        services.AddSingleton<RunningJobs>();
        services.AddHealthChecks().AddStoreChecks(HealthTags.Ready);
        services.AddHostedService(provider => provider.GetRequiredService<RunningJobs>());
        services.AddHostedService<RetentionService>();
        services.AddHostedService<OrphanSweep>();
        services.AddHostedService<OutboxSweep>();
        services.AddHostedService<JobLoop>();

        services.AddTaskHandler<ProtectImageHandler>(ProtectionTask.TypeName);
        services.AddTaskHandler<EchoHandler>(TaskTypes.Echo);
        services.AddTaskHandler<SleepHandler>(TaskTypes.Sleep);
        services.AddTaskHandler<ExtractHashesHandler>(TaskTypes.ExtractHashes);
        services.AddTaskHandler<DeliverCallbackHandler>(TaskTypes.DeliverCallback);
        return builder;
    }

    /// <summary>Maps health probes and metrics.</summary>
    public static WebApplication MapWorker(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapDefaultEndpoints();
        app.MapPrometheusMetrics();
        return app;
    }
}
