namespace Artorizer.Jobs.Events;

/// <summary>One listener of a topic; waits without a thread.</summary>
internal sealed class JobSubscription(JobTopic topic) : IDisposable
{
    private TaskCompletionSource? _waiting;

    public JobTopic Topic => topic;

    /// <summary>Runs when the last listener has left the topic.</summary>
    public Action? Left { get; set; }

    /// <summary>Returns when the topic has events after this number, or is closed.</summary>
    public async Task WaitAsync(long after, CancellationToken cancellationToken)
    {
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _waiting, waiting);

        // Looked at after the wake-up call is in place: news before it is seen here, news after it calls.
        if (!topic.HasNews(after))
        {
            await waiting.Task.WaitAsync(cancellationToken);
        }
    }

    public void Wake() => Volatile.Read(ref _waiting)?.TrySetResult();

    public void Dispose()
    {
        if (topic.Leave(this))
        {
            Left?.Invoke();
        }
    }
}
