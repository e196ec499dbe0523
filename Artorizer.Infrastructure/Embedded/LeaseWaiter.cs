using Artorizer.Jobs.Queue;

namespace Artorizer.Infrastructure.Embedded;

/// <summary>A caller that waits for a message.</summary>
internal sealed class LeaseWaiter(EmbeddedJobQueue queue)
    : TaskCompletionSource<IJobLease>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private CancellationTokenRegistration _registration;

    public LinkedListNode<LeaseWaiter>? Node { get; set; }

    public void Watch(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((LeaseWaiter)state!).Cancel(token), this);
            _ = Task.ContinueWith(
                static (_, state) => ((LeaseWaiter)state!)._registration.Unregister(), this,
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void Cancel(CancellationToken cancellationToken) => queue.Cancel(this, cancellationToken);
}
