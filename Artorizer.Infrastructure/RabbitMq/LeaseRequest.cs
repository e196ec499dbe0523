using Artorizer.Jobs.Queue;

namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>A caller that waits for a message.</summary>
internal sealed class LeaseRequest
{
    private readonly TaskCompletionSource<IJobLease> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _registration;

    public LeaseRequest() => Node = new LinkedListNode<LeaseRequest>(this);

    /// <summary>Its place in the line. Whoever takes it out of the line decides how it ends.</summary>
    public LinkedListNode<LeaseRequest> Node { get; }

    public Task<IJobLease> Task => _result.Task;

    public void Watch(Action<LeaseRequest, CancellationToken> giveUp, CancellationToken cancellationToken)
    {
        _registration = cancellationToken.UnsafeRegister((_, token) => giveUp(this, token), null);
        if (_result.Task.IsCompleted)
        {
            // Ended before there was something to unregister.
            _registration.Unregister();
        }
    }

    public void Grant(IJobLease lease)
    {
        _registration.Unregister();
        _result.SetResult(lease);
    }

    public void Cancel(CancellationToken cancellationToken) => _result.SetCanceled(cancellationToken);

    public void Fail(Exception exception)
    {
        _registration.Unregister();
        _result.SetException(exception);
    }
}
