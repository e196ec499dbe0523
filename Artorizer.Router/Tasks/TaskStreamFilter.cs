using Artorizer.Contracts.Jobs;

namespace Artorizer.Router.Tasks;

/// <summary>Which changes of tasks a listener hears of.</summary>
/// <param name="Owner">Whose tasks.</param>
/// <param name="TaskIds">Only these; all when empty.</param>
/// <param name="TaskTypes">Only of these types; all when empty.</param>
/// <param name="IncludeExisting">Whether the present state of each comes first.</param>
internal sealed record TaskStreamFilter(string Owner, IReadOnlySet<int> TaskIds, IReadOnlySet<string> TaskTypes, bool IncludeExisting)
{
    public bool Admits(Job job) =>
        job.Owner == Owner && (TaskIds.Count == 0 || TaskIds.Contains(job.TaskId)) && (TaskTypes.Count == 0 || TaskTypes.Contains(job.Type));
}
