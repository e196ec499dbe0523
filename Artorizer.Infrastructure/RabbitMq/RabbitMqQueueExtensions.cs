using Artorizer.Jobs.Queue;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>Registration of the queue on RabbitMQ.</summary>
public static class RabbitMqQueueExtensions
{
    /// <summary>Name of the connection string.</summary>
    public const string ConnectionName = "queue";

    /// <summary>
    /// Registers the queue on the broker that <c>ConnectionStrings:queue</c> names, with section
    /// <see cref="RabbitMqQueueOptions.Section"/>.
    /// </summary>
    public static IHostApplicationBuilder AddRabbitMqQueue(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var section = builder.Configuration.GetSection(RabbitMqQueueOptions.Section);
        builder.Services.AddOptions<RabbitMqQueueOptions>().Bind(section).ValidateDataAnnotations().ValidateOnStart();
        var heartbeat = section.Get<RabbitMqQueueOptions>()?.Heartbeat ?? new RabbitMqQueueOptions().Heartbeat;
        builder.AddRabbitMQClient(
            ConnectionName,
            settings =>
            {
                // Both would open the client's own connection, which nothing uses: who needs the queue's health asks the queue.
                settings.DisableHealthChecks = true;
                settings.DisableAutoActivation = true;
            },
            factory =>
            {
                // The queue opens connections anew by itself, with all that belongs to them.
                factory.AutomaticRecoveryEnabled = false;
                factory.RequestedHeartbeat = heartbeat;
            });
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<RabbitMqJobQueue>();
        builder.Services.TryAddSingleton<IJobQueue>(provider => provider.GetRequiredService<RabbitMqJobQueue>());
        builder.Services.AddHostedService<Startup>();
        return builder;
    }

    private sealed class Startup(RabbitMqJobQueue queue) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            queue.Connect();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
