using System.Runtime.CompilerServices;
using System.Text.Json;
using Artorizer.Client.Transport;
using Artorizer.Contracts.Api;
using Polly;

namespace Artorizer.Client;

public sealed partial class ArtorizerClient
{
    /// <summary>Queues a task.</summary>
    /// <param name="type">Name of its handler.</param>
    /// <param name="data">
    /// <c>byte[]</c>, <see cref="ReadOnlyMemory{T}"/> of bytes and <see cref="Contracts.Jobs.Payload"/> go as they are (bytes become base64 text in
    /// JSON alone); all else goes as JSON, or as what the protocol makes of it.
    /// </param>
    /// <param name="options">The defaults when <see langword="null"/>.</param>
    /// <param name="json">How <paramref name="data"/> becomes JSON; the defaults of the web when <see langword="null"/>.</param>
    /// <param name="cancellationToken">Stops waiting; the task may have been queued.</param>
    /// <remarks>
    /// Without <see cref="TaskOptions.IdempotencyKey"/> it is tried again only where the server surely did not queue it: it could not be
    /// reached, or refused with 429 or 503.
    /// </remarks>
    public Task<TaskSubmittedView> QueueAsync<T>(
        string type, T data, TaskOptions? options = null, JsonSerializerOptions? json = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(type);
        return QueueAsync(
            new TaskRequest
            {
                Type = type,
                Data = PayloadExtensions.Of(data, json),
                Priority = options?.Priority,
                DelayMs = (long?)options?.Delay?.TotalMilliseconds,
            },
            options?.IdempotencyKey,
            cancellationToken);
    }

    /// <summary>Queues a task as it stands.</summary>
    /// <param name="request">The task.</param>
    /// <param name="idempotencyKey">See <see cref="TaskOptions.IdempotencyKey"/>.</param>
    /// <param name="cancellationToken">Stops waiting; the task may have been queued.</param>
    public Task<TaskSubmittedView> QueueAsync(TaskRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RunAsync(
            idempotencyKey is null ? _retries.IfNotProcessed : _retries.Repeatable,
            token => _transport.QueueTaskAsync(request, idempotencyKey, token),
            cancellationToken);
    }

    /// <summary>A task; status 404 if there is none.</summary>
    public Task<TaskView> GetTaskAsync(int id, CancellationToken cancellationToken = default) =>
        RepeatableAsync(token => _transport.GetTaskAsync(id, token), cancellationToken);

    /// <summary>The newest tasks.</summary>
    /// <param name="limit">1..1000.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<TaskView[]> ListTasksAsync(int limit = 20, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var tasks = new List<TaskView>();
        int? before = null;
        while (tasks.Count < limit)
        {
            // A page may be short because its tasks are large; the last one is followed by an empty one.
            var (rest, last) = (limit - tasks.Count, before);
            var page = await RepeatableAsync(token => _transport.ListTasksAsync(rest, last, token), cancellationToken).ConfigureAwait(false);
            if (page.Length == 0 || page[0].Id >= before)
            {
                break;
            }

            tasks.AddRange(page);
            before = page[^1].Id;
        }

        return [.. tasks];
    }

    /// <summary>Deletes a task, cancelling it if it runs; status 404 if there is none.</summary>
    public Task DeleteTaskAsync(int id, CancellationToken cancellationToken = default) =>
        IfNotProcessedAsync(token => _transport.DeleteTaskAsync(id, token), cancellationToken);

    /// <summary>Starts a failed task anew; status 404 if there is none or it has not failed.</summary>
    public Task RedriveTaskAsync(int id, CancellationToken cancellationToken = default) =>
        IfNotProcessedAsync(token => _transport.RedriveTaskAsync(id, token), cancellationToken);

    /// <summary>Counts of tasks.</summary>
    public Task<TaskMetricsView> GetMetricsAsync(CancellationToken cancellationToken = default) =>
        RepeatableAsync(_transport.GetMetricsAsync, cancellationToken);

    /// <summary>Every change of tasks until it is cancelled. After an interruption it continues with the present state of each task.</summary>
    /// <param name="filter">All tasks of the caller, from now on, when <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<TaskView> StreamTasksAsync(
        TaskFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        filter ??= new TaskFilter();
        await using var stream = new ResumingStream<TaskView>(
            _retries.Repeatable,
            (last, interrupted) => _transport.StreamTasksAsync(interrupted ? filter with { IncludeExisting = true } : filter, cancellationToken),
            _ => false);
        while (await stream.MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return stream.Current;
        }
    }

    private Task<T> RepeatableAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        RunAsync(_retries.Repeatable, call, cancellationToken);

    private Task IfNotProcessedAsync(Func<CancellationToken, Task> call, CancellationToken cancellationToken) =>
        _retries.IfNotProcessed.ExecuteAsync(static async (call, token) => await call(token).ConfigureAwait(false), call, cancellationToken).AsTask();

    private static Task<T> RunAsync<T>(ResiliencePipeline pipeline, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        pipeline.ExecuteAsync(static async (call, token) => await call(token).ConfigureAwait(false), call, cancellationToken).AsTask();
}
