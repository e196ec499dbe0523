using System.Collections.Concurrent;
using Artorizer.Infrastructure.Embedded.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Artorizer.UnitTests.Embedded;

public sealed class SqliteWriterTests : IAsyncLifetime
{
    private const string Insert = "INSERT INTO job_payloads (task_id, data_format, data) VALUES (?1, ?2, x'')";

    private readonly string _directory = Directory.CreateTempSubdirectory("artorizer-unit-").FullName;
    private readonly ConcurrentQueue<string> _log = [];
    private SqliteWriter _writer = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _writer = new SqliteWriter(new WriteSession(Path.Combine(_directory, "t.db")), maxBatch: 64, capacity: 256, NullLogger.Instance);
        _writer.Start();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task What_gathers_while_the_writer_is_busy_shares_one_transaction()
    {
        var changes = await GatherAsync(Enumerable.Range(0, 50).Select(i => (Func<WriteSession, int>)(session => Add(session, i))));
        await Task.WhenAll(changes);

        // The first is alone; of the others all run before any is told of the commit.
        Assert.Equal(["first", "first committed"], _log.Take(2));
        Assert.All(_log.Skip(2).Take(50), entry => Assert.Equal("run", entry));
        Assert.All(_log.Skip(52), entry => Assert.Equal("committed", entry));
        Assert.Equal(102, _log.Count);
    }

    [Fact]
    public async Task More_than_a_batch_is_split()
    {
        var changes = await GatherAsync(Enumerable.Range(0, 100).Select(i => (Func<WriteSession, int>)(session => Add(session, i))));
        await Task.WhenAll(changes);

        Assert.Equal(64, _log.Skip(2).TakeWhile(entry => entry == "run").Count());
    }

    [Fact]
    public async Task A_failing_change_fails_alone_and_leaves_nothing()
    {
        var changes = await GatherAsync(Enumerable.Range(0, 20).Select(i => (Func<WriteSession, int>)(session =>
        {
            var result = Add(session, i);
            return i == 7 ? throw new InvalidOperationException("seven") : result;
        })));

        for (var i = 0; i < 20; i++)
        {
            if (i == 7)
            {
                Assert.Equal("seven", (await Assert.ThrowsAsync<InvalidOperationException>(() => changes[i])).Message);
            }
            else
            {
                Assert.Equal(i, await changes[i]);
            }
        }

        var stored = await _writer.WriteAsync(session => session.Scalar("SELECT count(*) FROM job_payloads"), null, Token);
        Assert.Equal(19, stored);
    }

    [Fact]
    public async Task Counters_of_a_change_that_failed_are_taken_back()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _writer.WriteAsync<int>(
            session =>
            {
                session.Add(Counter.LastTaskId, 5);
                throw new InvalidOperationException();
            },
            null, Token));

        Assert.Equal(0, _writer.Committed(Counter.LastTaskId));
        Assert.Equal(1, await _writer.WriteAsync(session => session.Add(Counter.LastTaskId, 1), null, Token));
        Assert.Equal(1, _writer.Committed(Counter.LastTaskId));
    }

    [Fact]
    public async Task A_change_whose_caller_has_gone_is_left_out()
    {
        using var gone = new CancellationTokenSource();
        var (entered, release) = Block();
        await entered;
        var change = _writer.WriteAsync(session => Add(session, 1), null, gone.Token);
        await gone.CancelAsync();
        release.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => change);
        Assert.DoesNotContain("run", _log);
    }

    [Fact]
    public async Task Callers_wait_for_room_when_too_much_waits()
    {
        var (entered, release) = Block();
        await entered;
        var changes = Enumerable.Range(0, 400).Select(i => _writer.WriteAsync(session => Add(session, i), null, Token)).ToList();
        release.Set();

        Assert.Equal(Enumerable.Range(0, 400), (await Task.WhenAll(changes)).Order());
    }

    [Fact]
    public async Task Closing_finishes_what_was_accepted_and_refuses_the_rest()
    {
        var (entered, release) = Block();
        await entered;
        var changes = Enumerable.Range(0, 30).Select(i => _writer.WriteAsync(session => Add(session, i), null, Token)).ToList();
        var closing = _writer.DisposeAsync().AsTask();
        release.Set();

        await closing;
        Assert.Equal(Enumerable.Range(0, 30), await Task.WhenAll(changes));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _writer.WriteAsync(session => Add(session, 99), null, Token));
        _writer = new SqliteWriter(new WriteSession(Path.Combine(_directory, "t.db")), 64, 256, NullLogger.Instance);
        _writer.Start();
        Assert.Equal(30, await _writer.WriteAsync(session => session.Scalar("SELECT count(*) FROM job_payloads"), null, Token));
    }

    private int Add(WriteSession session, int value)
    {
        _log.Enqueue("run");
        using var insert = session.Use(Insert).Bind(1, value).Bind(2, "json");
        insert.Run();
        return value;
    }

    /// <summary>Queues changes behind one that holds the writer until all are there.</summary>
    private async Task<List<Task<int>>> GatherAsync(IEnumerable<Func<WriteSession, int>> changes)
    {
        var (entered, release) = Block();
        await entered;
        var tasks = changes.Select(change => _writer.WriteAsync(change, _ => _log.Enqueue("committed"), Token)).ToList();
        release.Set();
        return tasks;
    }

    private (Task Entered, ManualResetEventSlim Release) Block()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new ManualResetEventSlim();
        _ = _writer.WriteAsync(
            _ =>
            {
                entered.TrySetResult();
                release.Wait();
                _log.Enqueue("first");
                return 0;
            },
            _ => _log.Enqueue("first committed"), Token);
        return (entered.Task, release);
    }
}
