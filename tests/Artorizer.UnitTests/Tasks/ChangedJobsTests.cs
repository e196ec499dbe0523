using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs.Events;
using Artorizer.Router.Errors;
using Artorizer.Router.Tasks;

namespace Artorizer.UnitTests.Tasks;

/// <summary>What a slow reader of task changes gets.</summary>
public sealed class ChangedJobsTests
{
    private readonly Events _events = new();
    private readonly ChangedJobs _changed = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_that_changed_often_is_told_once_and_again_after_it_was_read()
    {
        _events.Publish("a", JobEventTypes.Started);
        _events.Publish("b", JobEventTypes.Started);
        _events.Publish("a", JobEventTypes.Progress);
        _events.Publish("c", JobEventTypes.Progress);
        _events.Publish("a", JobEventTypes.Completed);
        _events.Publish("d", JobEventTypes.Started);
        var listening = _changed.ListenAsync(_events, Token);
        Assert.Equal(("a", "b", "d"), (await _changed.NextAsync(Token), await _changed.NextAsync(Token), await _changed.NextAsync(Token)));
        _events.Publish("a", JobEventTypes.Deleted);
        _events.End();
        await listening;

        Assert.Equal("a", await _changed.NextAsync(Token));
        Assert.Null(await _changed.NextAsync(Token));
    }

    [Fact]
    public async Task A_reader_too_far_behind_is_told_so()
    {
        var listening = _changed.ListenAsync(_events, Token);
        for (var i = 0; i <= 100_000; i++)
        {
            _events.Publish(i.ToString(null as IFormatProvider), JobEventTypes.Started);
        }

        await listening;

        for (var i = 0; i < 100_000; i++)
        {
            await _changed.NextAsync(Token);
        }

        Assert.Equal(429, (await Assert.ThrowsAsync<ApiException>(() => _changed.NextAsync(Token))).Status);
    }

    private sealed class Events : IJobEvents
    {
        private readonly Channel<JobEvent> _events = Channel.CreateUnbounded<JobEvent>();

        public void Publish(string jobId, string type) => Assert.True(_events.Writer.TryWrite(new JobEvent { JobId = jobId, Type = type }));

        public void End() => _events.Writer.Complete();

        public async IAsyncEnumerable<JobEvent> SubscribeAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var jobEvent in _events.Reader.ReadAllAsync(cancellationToken))
            {
                yield return jobEvent;
            }
        }

        public Task<JobEvent> PublishAsync(JobEvent jobEvent, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<JobEvent> SubscribeAsync(string jobId, long afterSequence, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
