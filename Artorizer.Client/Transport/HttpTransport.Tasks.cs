using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Wire;

namespace Artorizer.Client.Transport;

internal sealed partial class HttpTransport
{
    public Task<TaskSubmittedView> QueueTaskAsync(TaskRequest request, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var message = Request(HttpMethod.Post, "queue", Message(request));
        if (idempotencyKey is not null)
        {
            message.Headers.Add(IdempotencyKey, idempotencyKey);
        }

        return SendAsync(message, _options.Timeouts.Call, ReadAsync<TaskSubmittedView>, cancellationToken);
    }

    public Task<TaskView> GetTaskAsync(int id, CancellationToken cancellationToken) => GetAsync<TaskView>(Task(id), cancellationToken);

    public Task<TaskView[]> ListTasksAsync(int limit, int? before, CancellationToken cancellationToken) =>
        GetAsync<TaskView[]>(string.Create(CultureInfo.InvariantCulture, $"api/tasks?limit={limit}&before={before}"), cancellationToken);

    public Task DeleteTaskAsync(int id, CancellationToken cancellationToken) =>
        CallAsync<MessageView>(HttpMethod.Delete, Task(id), null, _options.Timeouts.Call, cancellationToken);

    public Task RedriveTaskAsync(int id, CancellationToken cancellationToken) =>
        CallAsync<MessageView>(HttpMethod.Post, Task(id) + "/redrive", null, _options.Timeouts.Call, cancellationToken);

    public Task<TaskMetricsView> GetMetricsAsync(CancellationToken cancellationToken) => GetAsync<TaskMetricsView>("api/metrics", cancellationToken);

    public async IAsyncEnumerable<TaskView> StreamTasksAsync(TaskFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var task in EventsAsync(StreamPath(filter), null, ApiJsonContext.Default.TaskView, cancellationToken).ConfigureAwait(false))
        {
            if (_protocol is JsonWireProtocol)
            {
                yield return task;
            }
            else if (await FindAsync(task.Id, cancellationToken).ConfigureAwait(false) is { } found)
            {
                yield return found;
            }
        }
    }

    // Events are text, in which bytes would be base64: the task itself comes in the format of the transport.
    private async Task<TaskView?> FindAsync(int id, CancellationToken cancellationToken)
    {
        try
        {
            return await GetTaskAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (ArtorizerException e) when (e.Status == 404)
        {
            // Deleted since: nothing to tell, as over gRPC.
            return null;
        }
    }

    private static string StreamPath(TaskFilter filter)
    {
        var query = new StringBuilder("api/tasks/stream?include_existing=").Append(filter.IncludeExisting ? "true" : "false");
        foreach (var id in filter.TaskIds)
        {
            query.Append(CultureInfo.InvariantCulture, $"&task_ids={id}");
        }

        foreach (var type in filter.TaskTypes)
        {
            query.Append("&task_types=").Append(Uri.EscapeDataString(type));
        }

        return query.ToString();
    }

    private static string Task(int id) => string.Create(CultureInfo.InvariantCulture, $"api/tasks/{id}");
}
