namespace Artorizer.UnitTests.Loops;

/// <summary>Work whose first turn ends in a cancellation that is not its loop's, as a client library's time limit does.</summary>
internal sealed class Turns
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _second = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    /// <summary>Done when the first turn was begun.</summary>
    public Task First => _first.Task;

    /// <summary>Done when there was another after it.</summary>
    public Task Second => _second.Task;

    /// <summary>One turn.</summary>
    public void Take()
    {
        if (Interlocked.Increment(ref _count) == 1)
        {
            _first.SetResult();
            throw new TaskCanceledException("The server did not answer in time.");
        }

        _second.TrySetResult();
    }

    /// <summary>One turn with an outcome.</summary>
    public async Task<T> Take<T>(T outcome)
    {
        await Task.Yield();
        Take();
        return outcome;
    }
}
