using System.Threading.RateLimiting;
using Artorizer.Contracts.Jobs;
using Microsoft.Extensions.Options;

namespace Artorizer.Processor.Engine;

/// <summary>
/// The memory that pictures may take together. A small file may hold very many pixels, so a number of jobs bounds nothing; each
/// picture reserves what it will need before it is decoded, and waits for its turn where that is not there.
/// </summary>
public sealed class MemoryBudget(IOptions<ProcessorOptions> options) : IDisposable
{
    private const int Unit = 1 << 20;

    private readonly ConcurrencyLimiter _mebibytes = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = (int)Math.Max(1, options.Value.EffectiveMemoryBudget / Unit),

        // How many may wait is the gate's affair.
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Bytes in all.</summary>
    public long Total { get; } = options.Value.EffectiveMemoryBudget;

    /// <summary>Bytes that are not reserved.</summary>
    public long Free => _mebibytes.GetStatistics()!.CurrentAvailablePermits * (long)Unit;

    /// <summary>Waits until so much is free, after those who waited before; it is free again when the result is disposed.</summary>
    /// <exception cref="EngineException"><c>too_many_pixels</c>: it is more than there is.</exception>
    public async Task<IDisposable> ReserveAsync(long bytes, CancellationToken cancellationToken)
    {
        var share = Math.Max(1, bytes / Unit);
        return share <= Total / Unit
            ? await _mebibytes.AcquireAsync((int)share, cancellationToken)
            : throw new EngineException(
                JobErrorCodes.TooManyPixels,
                $"The picture would take {share:N0} MiB of memory; the image engine has {Total / Unit:N0} MiB for pictures.");
    }

    /// <inheritdoc/>
    public void Dispose() => _mebibytes.Dispose();
}
