using System.Text;
using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Redis;
using Artorizer.Jobs.Events;

namespace Artorizer.UnitTests.Redis;

public sealed class EventMessageTests
{
    [Fact]
    public void A_message_reads_back_as_the_event_that_it_was_made_of()
    {
        var jobEvent = new JobEvent
        {
            JobId = "01a20089-a746-70a7-be44-95efc4867d64",
            Sequence = 12,
            Type = JobEventTypes.Failed,
            At = DateTimeOffset.UnixEpoch.AddTicks(7),
            Status = JobStatus.Failed,
            Error = new JobError("x", "with spaces, \"quotes\" and ☂"),
        };
        byte[] message = [.. Encoding.UTF8.GetBytes($"345 12 {jobEvent.JobId} "), .. StoredEvent.Write(jobEvent)];

        Assert.True(EventMessage.TryRead(message, out var place, out var read));

        Assert.Equal((345, jobEvent), (place, read));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1 2")]
    [InlineData("1 2 ")]
    [InlineData("1 2 job")]
    [InlineData("1 2 job ")]
    [InlineData("1 2 job {")]
    [InlineData("x 2 job {}")]
    [InlineData("hello")]
    public void Anything_else_is_no_event(string message) =>
        Assert.False(EventMessage.TryRead(Encoding.UTF8.GetBytes(message), out _, out _));
}
