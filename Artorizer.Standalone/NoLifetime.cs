using Microsoft.Extensions.Hosting;

namespace Artorizer.Standalone;

/// <summary>Leaves starting and stopping to <see cref="StandaloneHost"/>.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
