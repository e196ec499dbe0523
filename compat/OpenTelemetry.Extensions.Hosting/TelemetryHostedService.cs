using Microsoft.Extensions.Hosting;

namespace OpenTelemetry.Extensions.Hosting.Implementation;

internal sealed class TelemetryHostedService(ITelemetryHostInitializer initializer) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        initializer.Initialize();
        return Task.CompletedTask;
    }

    // The container disposes the providers, and with that flushes them, after every other service has stopped.
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
