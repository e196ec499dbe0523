using Artorizer.Infrastructure.Redis;
using Artorizer.Jobs;
using Artorizer.Jobs.Objects;

namespace Artorizer.UnitTests.Redis;

public sealed class RedisErrorsTests
{
    [Theory]
    [InlineData("LOADING Redis is loading the dataset in memory")]
    [InlineData("READONLY You can't write against a read only replica.")]
    [InlineData("CLUSTERDOWN The cluster is down")]
    [InlineData("MISCONF Errors writing to the AOF file: No space left on device")]
    [InlineData("ERR Error running script (call to f_1): @user_script:5: @user_script: 5: -READONLY You can't write against a read only replica.")]
    public void A_server_that_cannot_for_now_is_unavailable(string message) =>
        Assert.IsType<StoreUnavailableException>(RedisErrors.TranslateAnswer(message, null));

    [Theory]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'. script: 7, on @user_script:67.")]
    [InlineData("ERR Error running script (call to f_1): @user_script:5: @user_script: 5: -OOM command not allowed when used memory > 'maxmemory'.")]
    public void A_server_without_memory_is_full(string message) =>
        Assert.IsType<StorageFullException>(RedisErrors.TranslateAnswer(message, null));

    [Fact]
    public void What_else_a_server_says_is_a_fault_of_ours() =>
        Assert.Null(RedisErrors.TranslateAnswer("WRONGTYPE Operation against a key holding the wrong kind of value", null));

    [Fact]
    public void An_operation_that_takes_too_long_is_unavailable_and_a_cancelled_one_cancelled()
    {
        var ours = new CancellationToken(canceled: true);

        Assert.IsType<StoreUnavailableException>(RedisErrors.Translate(new TimeoutException(), CancellationToken.None));
        Assert.IsType<StoreUnavailableException>(RedisErrors.Translate(new TaskCanceledException(), CancellationToken.None));
        Assert.Null(RedisErrors.Translate(new TaskCanceledException(), ours));
    }

    [Fact]
    public void A_connection_that_the_client_gives_up_is_unavailable_whatever_stopped_its_reading()
    {
        var reading = new InvalidOperationException("Reading is not allowed after reader was completed.");

        Assert.IsType<StoreUnavailableException>(RedisErrors.Translate(reading, CancellationToken.None));
        Assert.IsType<StoreUnavailableException>(RedisErrors.Translate(new IOException(), CancellationToken.None));
        Assert.Null(RedisErrors.Translate(new ObjectDisposedException("connection"), CancellationToken.None));
        Assert.Null(RedisErrors.Translate(new ArgumentException(), CancellationToken.None));
    }
}
