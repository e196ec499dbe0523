using Artorizer.Contracts.Jobs;
using Microsoft.Extensions.Options;

namespace Artorizer.Processor.Engine;

/// <summary>
/// Admission in two steps: a bounded number of jobs is let in, further ones are refused at once;
/// of those let in, one for each core works on pixels while the others transfer or wait.
/// </summary>
public sealed class EngineGate : IDisposable
{
    private readonly SemaphoreSlim _cores;
    private readonly int _limit;
    private int _admitted;

    /// <summary>Creates the gate.</summary>
    public EngineGate(IOptions<ProcessorOptions> options)
    {
        var cores = options.Value.EffectiveConcurrency;
        _cores = new SemaphoreSlim(cores, cores);
        _limit = cores + options.Value.QueueLength;
    }

    /// <summary>Whether a further job would be refused.</summary>
    public bool IsFull => Volatile.Read(ref _admitted) >= _limit;

    /// <summary>Lets a job in until the result is disposed.</summary>
    /// <exception cref="EngineException"><c>engine_unavailable</c>: too many jobs are here already.</exception>
    public IDisposable Admit()
    {
        if (Interlocked.Increment(ref _admitted) > _limit)
        {
            Interlocked.Decrement(ref _admitted);
            throw new EngineException(JobErrorCodes.EngineUnavailable, "The image engine is busy; try again later.");
        }

        return new Release(() => Interlocked.Decrement(ref _admitted));
    }

    /// <summary>Waits for a core; it is free again when the result is disposed.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _cores.WaitAsync(cancellationToken);
        return new Release(() => _cores.Release());
    }

    /// <inheritdoc/>
    public void Dispose() => _cores.Dispose();

    private sealed class Release(Action action) : IDisposable
    {
        private Action? _action = action;

        public void Dispose() => Interlocked.Exchange(ref _action, null)?.Invoke();
    }
}
