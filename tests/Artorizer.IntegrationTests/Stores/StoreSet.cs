using Artorizer.Jobs;
using Artorizer.Jobs.Events;
using Artorizer.Jobs.Objects;
using Artorizer.Jobs.Queue;

namespace Artorizer.IntegrationTests.Stores;

/// <summary>Empty stores of one provider, for one test. A part that the provider does not have is null.</summary>
public sealed record StoreSet : IAsyncDisposable
{
    public IJobStore? Jobs { get; init; }

    public IJobSubmission? Submission { get; init; }

    public IJobQueue? Queue { get; init; }

    public IJobEvents? Events { get; init; }

    public IObjectStore? Objects { get; init; }

    /// <summary>Closes and removes everything.</summary>
    public required Func<ValueTask> Close { get; init; }

    public ValueTask DisposeAsync() => Close();
}
