using Artorizer.Contracts.Jobs;
using Artorizer.Jobs.Queue;
using FsCheck;
using FsCheck.Fluent;

namespace Artorizer.UnitTests.Embedded;

/// <summary>The queue does what a simple list does, whatever is asked of it in whatever order, restarts included.</summary>
public sealed class QueueModelProperties
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    [Fact]
    public void Any_sequence_of_operations_matches_the_model() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(TestLength.Of(10, 1000)).WithEndSize(60),
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), steps => RunAsync(steps).GetAwaiter().GetResult()));

    private static async Task RunAsync(byte[] steps)
    {
        var time = new ManualTimeProvider();
        await using var open = await OpenStores.CreateAsync(time, options => options.LeaseDuration = Lease);
        var model = new List<Entry>();
        var held = new List<(Entry Entry, IJobLease Lease, DateTimeOffset Until)>();
        var nextTask = 0;

        foreach (var step in steps)
        {
            var choice = step / 10;
            Drop(held, time.GetUtcNow());
            switch (step % 10)
            {
                case 0 or 1 or 2:
                    var delay = step % 10 == 2 ? TimeSpan.FromSeconds(choice + 1) : TimeSpan.Zero;
                    var message = OpenStores.NewMessage(++nextTask, choice % 10);
                    await open.Stores.Queue.EnqueueAsync(message, delay, default);
                    model.Add(new Entry(message, nextTask) { Due = time.GetUtcNow() + delay });
                    break;

                case 3 or 4:
                    var expected = model
                        .Where(entry => !entry.Dead && entry.Due <= time.GetUtcNow() && held.TrueForAll(lease => lease.Entry != entry))
                        .OrderByDescending(entry => entry.Message.Priority).ThenBy(entry => entry.Order).FirstOrDefault();
                    if (expected is not null)
                    {
                        var lease = await open.Stores.Queue.LeaseAsync(default).WaitAsync(TimeSpan.FromSeconds(30));
                        Assert.Equal(expected.Message, lease.Message);
                        Assert.Equal(++expected.Deliveries, lease.Deliveries);
                        held.Add((expected, lease, time.GetUtcNow() + Lease));
                    }

                    break;

                case 5 or 6 or 7 when held.Count > 0:
                    var settled = held[choice % held.Count];
                    held.Remove(settled);
                    await SettleAsync(settled.Entry, settled.Lease, choice, model, time.GetUtcNow());
                    Assert.False(await settled.Lease.AcknowledgeAsync(default));
                    break;

                case 8:
                    // Never a whole number of seconds together, so that nothing falls on the very moment of a delay or lease.
                    time.Advance(TimeSpan.FromSeconds(choice + 0.317));
                    break;

                case 9 when choice % 4 == 0:
                    await open.ReopenAsync();
                    held.Clear();
                    break;

                case 9 when held.Count > 0:
                    var renewed = held[choice % held.Count];
                    Assert.True(await renewed.Lease.RenewAsync(default));
                    held[held.IndexOf(renewed)] = renewed with { Until = time.GetUtcNow() + Lease };
                    break;
            }

            Drop(held, time.GetUtcNow());
            var depth = await open.Stores.Queue.GetDepthAsync(default);
            Assert.Equal(model.Count(entry => !entry.Dead), depth.Backlog);
            Assert.Equal(held.Count, depth.Leased);
            Assert.Equal(model.Count(entry => entry.Dead), depth.Dead);
        }
    }

    private static async Task SettleAsync(Entry entry, IJobLease lease, int choice, List<Entry> model, DateTimeOffset now)
    {
        switch (choice % 4)
        {
            case 0:
                Assert.True(await lease.AcknowledgeAsync(default));
                model.Remove(entry);
                break;

            case 1:
                var delay = TimeSpan.FromSeconds(choice / 4);
                entry.Message = entry.Message with { Attempts = entry.Message.Attempts + 1, Priority = choice % 10 };
                entry.Due = now + delay;
                Assert.True(await lease.RetryAsync(entry.Message, delay, default));
                break;

            case 2:
                Assert.True(await lease.ReleaseAsync(default));
                break;

            default:
                Assert.True(await lease.DeadLetterAsync(JobErrorCodes.Poison, default));
                entry.Dead = true;
                break;
        }
    }

    private static void Drop(List<(Entry Entry, IJobLease Lease, DateTimeOffset Until)> held, DateTimeOffset now) =>
        held.RemoveAll(lease => lease.Until <= now);

    private sealed class Entry(QueueMessage message, int order)
    {
        public QueueMessage Message { get; set; } = message;

        public int Order => order;

        public DateTimeOffset Due { get; set; }

        public int Deliveries { get; set; }

        public bool Dead { get; set; }
    }
}
