using Artorizer.Contracts.Api;

namespace Artorizer.Contracts.Wire.Schema;

/// <summary>Stands for <c>TaskView[]</c> where the root must be a struct.</summary>
internal sealed class TaskListMessage
{
    /// <summary>The tasks.</summary>
    public TaskView[] Tasks { get; set; } = [];
}
