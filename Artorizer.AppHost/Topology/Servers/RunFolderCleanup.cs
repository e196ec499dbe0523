using Artorizer.LocalServers;
using Microsoft.Extensions.Hosting;

namespace Artorizer.AppHost.Topology.Servers;

/// <summary>Removes the folder of the local servers when the host is disposed, which is after it has stopped them.</summary>
internal sealed class RunFolderCleanup(RunFolder run) : IHostedService, IDisposable
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => run.Remove();
}
