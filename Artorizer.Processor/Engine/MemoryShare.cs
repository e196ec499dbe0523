using Artorizer.Processor.Images;

namespace Artorizer.Processor.Engine;

/// <summary>What one picture has reserved of the budget; given back when this is disposed.</summary>
internal sealed class MemoryShare(MemoryBudget budget, bool toWrite, CancellationToken cancellationToken) : IDisposable
{
    private IDisposable? _reserved;

    /// <summary>
    /// Reserves what decoding will need, in place of what was reserved before. Blocks its thread, which is the decoder's own, and keeps
    /// its core: what is next in turn needs memory as well.
    /// </summary>
    /// <exception cref="EngineException"><c>too_many_pixels</c>: it is more than there is.</exception>
    public void Reserve(SourceInfo info, long pixels)
    {
        Dispose();
        _reserved = budget.ReserveAsync(PictureMemory.Estimate(info, pixels, toWrite), cancellationToken).GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _reserved?.Dispose();
        _reserved = null;
    }
}
