using System.Collections.Concurrent;

namespace Artorizer.Jobs.Events;

/// <summary>The jobs that someone listens to in this process.</summary>
/// <param name="ended">Runs when the last listener of a job has left.</param>
internal sealed class JobTopics(Action<JobTopic>? ended = null)
{
    private readonly ConcurrentDictionary<string, JobTopic> _topics = new(StringComparer.Ordinal);
    private volatile bool _closed;

    public int Count => _topics.Count;

    public bool IsClosed => _closed;

    public JobTopic? Find(string jobId) => _topics.GetValueOrDefault(jobId);

    public JobTopic[] Snapshot() => [.. _topics.Values];

    public JobSubscription Join(string jobId, long afterSequence)
    {
        while (true)
        {
            var topic = _topics.GetOrAdd(jobId, static id => new JobTopic(id));
            if (topic.TryJoin(afterSequence) is { } subscription)
            {
                subscription.Left = () =>
                {
                    _topics.TryRemove(KeyValuePair.Create(jobId, topic));
                    ended?.Invoke(topic);
                };
                if (_closed)
                {
                    topic.Close();
                }

                return subscription;
            }
        }
    }

    /// <summary>Wakes every listener for good; each then finds <see cref="IsClosed"/>.</summary>
    public void Close()
    {
        _closed = true;
        foreach (var topic in _topics.Values)
        {
            topic.Close();
        }
    }
}
