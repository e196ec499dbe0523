using Artorizer.Processor.Analysis;
using Artorizer.Processor.Engine;
using Artorizer.Processor.Grpc;
using Artorizer.Processor.Http;
using Artorizer.Processor.Images;
using Artorizer.Processor.Protection;
using Artorizer.Processor.Transfers;
using Artorizer.Processor.Watermarks;
using Artorizer.ServiceDefaults.Health;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Artorizer.Processor;

/// <summary>Composes the image engine, in a process of its own or inside another host.</summary>
public static class ProcessorExtensions
{
    private static readonly TimeSpan AnswerMargin = TimeSpan.FromSeconds(5);

    /// <summary>Adds the engine, its analyzers and protection stages, and the gRPC service. Settings: section <c>Processor</c>.</summary>
    public static WebApplicationBuilder AddProcessor(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ProcessorOptions>().BindConfiguration(ProcessorOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<EngineTelemetry>();
        services.AddOptions<HostOptions>().Configure<IOptions<ProcessorOptions>>(
            (host, processor) => host.ShutdownTimeout = processor.Value.ShutdownGrace + AnswerMargin);
        services.AddSingleton<EngineGate>();
        services.AddSingleton<MemoryBudget>();
        services.AddSingleton<EngineShutdown>();
        services.AddSingleton<ImageLibrary>();
        services.AddSingleton<ImageLoader>();
        services.AddSingleton<ImageEncoder>();
        services.AddSingleton<SourceReceiver>();
        services.AddSingleton<ObjectTransfer>();
        services.AddSingleton<WatermarkDetector>();
        services.AddSingleton<ImagePipeline>();
        services.AddSingleton<EngineCapabilities>();

        services.AddImageAnalyzer<MetadataAnalyzer>();
        services.AddImageAnalyzer<ImageHashAnalyzer>();
        services.AddImageAnalyzer<DifferenceHashAnalyzer>();
        services.AddImageAnalyzer<BlockHashAnalyzer>();

        services.AddProtectionStage<RobustWatermarkStage>();
        services.AddProtectionStage<HaarDctWatermarkStage>();
        services.AddProtectionStage<VisibleWatermarkStage>();

        services.AddGrpc();
        services.AddGrpcHealthChecks().AddCheck<EngineHealthCheck>("engine", tags: [HealthTags.Ready, HealthTags.Public]);
        return builder;
    }

    /// <summary>Maps the gRPC service, its health service, and <c>POST /process</c>.</summary>
    public static WebApplication MapProcessor(this WebApplication app)
    {
        // A host without libvips must not start and then fail every job.
        app.Services.GetRequiredService<ImageLibrary>();
        app.MapGrpcService<ImageEngineService>().RequireEngineSecret();
        app.MapGrpcHealthChecksService();
        app.MapProcess().RequireEngineSecret();
        return app;
    }

    /// <summary>Adds an analyzer. Analyzers run in the order of their registration.</summary>
    public static IServiceCollection AddImageAnalyzer<TAnalyzer>(this IServiceCollection services)
        where TAnalyzer : class, IImageAnalyzer
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IImageAnalyzer, TAnalyzer>());
        return services;
    }

    /// <summary>Adds a protection stage. Stages run in the order of their registration.</summary>
    public static IServiceCollection AddProtectionStage<TStage>(this IServiceCollection services)
        where TStage : class, IProtectionStage
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IProtectionStage, TStage>());
        return services;
    }
}
