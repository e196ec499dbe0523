using System.Globalization;
using System.Runtime.CompilerServices;
using Artorizer.Contracts.Api;

namespace Artorizer.Client.Transport;

internal sealed partial class HttpTransport
{
    private const int PolledTasks = 1000;

    public Task<TaskSubmittedView> QueueTaskAsync(TaskRequest request, CancellationToken cancellationToken) =>
        CallAsync<TaskSubmittedView>(HttpMethod.Post, "queue", Message(request), _options.Timeouts.Call, cancellationToken);

    public Task<TaskView> GetTaskAsync(int id, CancellationToken cancellationToken) => GetAsync<TaskView>(Task(id), cancellationToken);

    public Task<TaskView[]> ListTasksAsync(int limit, CancellationToken cancellationToken) =>
        GetAsync<TaskView[]>(string.Create(CultureInfo.InvariantCulture, $"api/tasks?limit={limit}"), cancellationToken);

    public Task DeleteTaskAsync(int id, CancellationToken cancellationToken) =>
        CallAsync<MessageView>(HttpMethod.Delete, Task(id), null, _options.Timeouts.Call, cancellationToken);

    public Task RedriveTaskAsync(int id, CancellationToken cancellationToken) =>
        CallAsync<MessageView>(HttpMethod.Post, Task(id) + "/redrive", null, _options.Timeouts.Call, cancellationToken);

    public Task<TaskMetricsView> GetMetricsAsync(CancellationToken cancellationToken) => GetAsync<TaskMetricsView>("api/metrics", cancellationToken);

    public async IAsyncEnumerable<TaskView> StreamTasksAsync(TaskFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new Dictionary<int, (string Status, int Attempts)>();
        var report = filter.IncludeExisting;
        while (true)
        {
            foreach (var task in await PollAsync(filter, cancellationToken).ConfigureAwait(false))
            {
                var state = (task.Status, task.Attempts);
                var changed = !seen.TryGetValue(task.Id, out var before) || before != state;
                seen[task.Id] = state;
                if (changed && report)
                {
                    yield return task;
                }
            }

            report = true;
            await System.Threading.Tasks.Task.Delay(filter.PollInterval, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<IEnumerable<TaskView>> PollAsync(TaskFilter filter, CancellationToken cancellationToken)
    {
        var tasks = new List<TaskView>();
        if (filter.TaskIds.Count == 0)
        {
            // Oldest first, the order in which changes are told elsewhere.
            tasks.AddRange((await ListTasksAsync(PolledTasks, cancellationToken).ConfigureAwait(false)).Reverse());
        }

        foreach (var id in filter.TaskIds)
        {
            try
            {
                tasks.Add(await GetTaskAsync(id, cancellationToken).ConfigureAwait(false));
            }
            catch (ArtorizerException e) when (e.Status == 404)
            {
                // Deleted, or not there yet: nothing to tell, as over gRPC.
            }
        }

        return tasks.Where(t => filter.TaskTypes.Count == 0 || filter.TaskTypes.Contains(t.TaskType));
    }

    private static string Task(int id) => string.Create(CultureInfo.InvariantCulture, $"api/tasks/{id}");
}
