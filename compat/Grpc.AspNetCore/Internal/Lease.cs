namespace Grpc.AspNetCore.Server.Internal;

/// <summary>An object for the length of a call; disposed afterwards only if it was made for the call.</summary>
internal readonly struct Lease<T>(T instance, bool owned) : IAsyncDisposable
    where T : class
{
    public T Instance => instance;

    public ValueTask DisposeAsync()
    {
        if (owned)
        {
            switch (instance)
            {
                case IAsyncDisposable asynchronous:
                    return asynchronous.DisposeAsync();
                case IDisposable disposable:
                    disposable.Dispose();
                    break;
            }
        }

        return ValueTask.CompletedTask;
    }
}
