using Artorizer.Jobs.Queue;

namespace Artorizer.IntegrationTests.Stores;

/// <summary>What every queue does whose leases end by time. Not for one where the connection is the lease.</summary>
public abstract class JobQueueExpiryContract : StoreContract
{
    private IJobQueue Queue => Stores.Queue!;

    protected override TimeSpan LeaseDuration => TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task A_lease_that_is_not_renewed_goes_to_the_next_caller()
    {
        await Queue.EnqueueAsync(NewMessage(), TimeSpan.Zero, Token);
        var first = await LeaseAsync();

        var second = await LeaseAsync();

        Assert.Equal(first.Message, second.Message);
        Assert.Equal(2, second.Deliveries);
        Assert.False(await first.RenewAsync(Token));
        Assert.False(await first.AcknowledgeAsync(Token));
    }

    [Fact]
    public async Task A_lease_that_is_renewed_is_kept()
    {
        await Queue.EnqueueAsync(NewMessage(), TimeSpan.Zero, Token);
        var lease = await LeaseAsync();
        var other = Queue.LeaseAsync(Token);

        for (var i = 0; i < 16; i++)
        {
            await Task.Delay(LeaseDuration / 8, Token);
            Assert.True(await lease.RenewAsync(Token));
        }

        Assert.False(other.IsCompleted);
        Assert.True(await lease.AcknowledgeAsync(Token));
        await Queue.EnqueueAsync(NewMessage(), TimeSpan.Zero, Token);
        Assert.Equal(2, (await other.WaitAsync(WaitLimit, Token)).Message.TaskId);
    }
}
