namespace Grpc.Core;

/// <summary>A way to reach a server.</summary>
public abstract class ChannelBase
{
    private int _shutdown;

    protected ChannelBase(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Target = target;
    }

    public string Target { get; }

    public abstract CallInvoker CreateCallInvoker();

    public Task ShutdownAsync() => Interlocked.Exchange(ref _shutdown, 1) == 0 ? ShutdownAsyncCore() : Task.CompletedTask;

    protected virtual Task ShutdownAsyncCore() => Task.CompletedTask;
}
