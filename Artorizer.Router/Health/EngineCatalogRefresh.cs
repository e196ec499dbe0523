using Artorizer.Jobs.Engine;
using Artorizer.ServiceDefaults.Hosting;

namespace Artorizer.Router.Health;

/// <summary>Keeps what the router knows of the image engine up to date: engines come, go, and are replaced by newer ones.</summary>
internal sealed class EngineCatalogRefresh(EngineCatalog catalog, TimeProvider time, ILogger<EngineCatalogRefresh> logger)
    : PeriodicService(Interval, time, logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Asks once before the router listens, so that the first request is checked like those that follow.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await catalog.RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override Task WorkAsync(CancellationToken cancellationToken) => catalog.RefreshAsync(cancellationToken);
}
