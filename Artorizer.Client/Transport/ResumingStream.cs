using Polly;

namespace Artorizer.Client.Transport;

/// <summary>A stream that is opened again after an interruption. The retry policy counts interruptions without an element between them.</summary>
/// <param name="retries">When to try again.</param>
/// <param name="open">Opens a connection after the element given, or at the start; the flag says whether there has been an interruption.</param>
/// <param name="isLast">Whether nothing follows an element. A stream that ends before it counts as interrupted.</param>
internal sealed class ResumingStream<T>(ResiliencePipeline retries, Func<T?, bool, IAsyncEnumerable<T>> open, Func<T, bool> isLast) : IAsyncDisposable
    where T : class
{
    private IAsyncEnumerator<T>? _connection;
    private T? _last;
    private bool _interrupted;

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
        _connection ??= open(_last, _interrupted).GetAsyncEnumerator(cancellationToken);
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
            _interrupted = true;
            throw;
        }
    }
}
