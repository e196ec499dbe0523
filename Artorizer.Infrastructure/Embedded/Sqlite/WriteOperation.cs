namespace Artorizer.Infrastructure.Embedded.Sqlite;

/// <summary>A change given as a function. The operation is its own completion source, one object less for each.</summary>
internal sealed class WriteOperation<T>(Func<WriteSession, T> change, Action<T>? committed, int weight, CancellationToken cancellationToken)
    : TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously), IWriteOperation
{
    private T _result = default!;

    public int Weight => weight;

    public bool TryBegin()
    {
        if (!cancellationToken.IsCancellationRequested)
        {
            return true;
        }

        TrySetCanceled(cancellationToken);
        return false;
    }

    public void Execute(WriteSession session) => _result = change(session);

    public void Committed() => committed?.Invoke(_result);

    public void Complete() => TrySetResult(_result);

    public void Fail(Exception exception) => TrySetException(exception);
}
