using Polly;

namespace Artorizer.Client.Transport;

/// <summary>A stream that is opened anew after a break. The retry policy counts breaks in a row, without an element between them.</summary>
/// <param name="retries">When to try again.</param>
/// <param name="open">Opens a connection after the element given, or at the start; told whether one has broken before.</param>
/// <param name="isLast">Whether nothing follows an element. A stream that ends before counts as broken.</param>
internal sealed class ResumingStream<T>(ResiliencePipeline retries, Func<T?, bool, IAsyncEnumerable<T>> open, Func<T, bool> isLast) : IAsyncDisposable
    where T : class
{
    private IAsyncEnumerator<T>? _connection;
    private T? _last;
    private bool _broken;

    public T Current => _last!;

    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        if (_last is not null && isLast(_last))
        {
            return false;
        }

        _last = await retries.ExecuteAsync(NextAsync, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public ValueTask DisposeAsync() => _connection?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async ValueTask<T> NextAsync(CancellationToken cancellationToken)
    {
        _connection ??= open(_last, _broken).GetAsyncEnumerator(cancellationToken);
        try
        {
            return await _connection.MoveNextAsync().ConfigureAwait(false)
                ? _connection.Current
                : throw new ArtorizerException("The stream of events ended early.");
        }
        catch (ArtorizerException)
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
            _connection = null;
            _broken = true;
            throw;
        }
    }
}
