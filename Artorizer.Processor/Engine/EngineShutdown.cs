using Microsoft.Extensions.Options;

namespace Artorizer.Processor.Engine;

/// <summary>Ends what still runs some time after the host was told to stop, so that its callers hear why and go elsewhere.</summary>
public sealed class EngineShutdown : IDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly CancellationTokenRegistration _registration;

    /// <summary>Waits for the host to stop.</summary>
    public EngineShutdown(IHostApplicationLifetime lifetime, IOptions<ProcessorOptions> options)
    {
        ArgumentNullException.ThrowIfNull(lifetime);
        _registration = lifetime.ApplicationStopping.Register(() => _over.CancelAfter(options.Value.ShutdownGrace));
    }

    /// <summary>Cancelled when running jobs have used up the grace period.</summary>
    public CancellationToken Over => _over.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration.Dispose();
        _over.Dispose();
    }
}
