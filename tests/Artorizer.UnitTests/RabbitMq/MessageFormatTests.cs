using System.Text;
using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.RabbitMq;
using Artorizer.Jobs.Queue;
using RabbitMQ.Client;

namespace Artorizer.UnitTests.RabbitMq;

public sealed class MessageFormatTests
{
    private static readonly QueueMessage Message = new()
    {
        JobId = "01890a5d-ac96-774b-bcce-b302099a8057",
        TaskId = 7,
        Type = "écho",
        Owner = "alice",
        Priority = 9,
        Data = Payload.FromJson("1"),
        Attempts = 2,
        SubmittedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, 123, TimeSpan.FromHours(2)),
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };

    [Fact]
    public void A_message_is_read_as_it_was_written()
    {
        var (message, deliveries) = MessageFormat.Read(Sent(MessageFormat.Write(Message, 3, null)), Message.Data.Bytes);

        Assert.Equal(Message, message);
        Assert.Equal(3, deliveries);
    }

    [Fact]
    public void The_trace_of_the_sender_is_beside_the_one_of_the_submission()
    {
        const string sender = "00-11111111111111111111111111111111-2222222222222222-01";

        Assert.Equal(sender, MessageFormat.Write(Message, 0, sender).Headers![MessageFormat.TraceParent]);
        Assert.Equal(Message.TraceParent, MessageFormat.Write(Message, 0, null).Headers![MessageFormat.TraceParent]);
        Assert.Equal(Message.TraceParent, MessageFormat.Read(Sent(MessageFormat.Write(Message, 0, sender)), default).Message.TraceParent);
    }

    [Theory]
    [InlineData(MessageFormat.JobId)]
    [InlineData(MessageFormat.TaskId)]
    [InlineData(MessageFormat.Type)]
    [InlineData(MessageFormat.Owner)]
    [InlineData(MessageFormat.Attempts)]
    [InlineData(MessageFormat.SubmittedAt)]
    [InlineData(MessageFormat.DataFormat)]
    [InlineData(MessageFormat.Deliveries)]
    public void What_lacks_a_header_or_has_a_wrong_one_cannot_be_read(string header)
    {
        var without = Sent(MessageFormat.Write(Message, 0, null));
        without.Headers!.Remove(header);
        Assert.Throws<FormatException>(() => MessageFormat.Read(without, default));

        var wrong = Sent(MessageFormat.Write(Message, 0, null));
        wrong.Headers![header] = new List<object?>();
        Assert.Throws<FormatException>(() => MessageFormat.Read(wrong, default));
    }

    [Fact]
    public void What_cannot_be_read_is_kept_under_an_id_without_what_would_make_it_too_long()
    {
        var properties = new BasicProperties
        {
            Headers = new Dictionary<string, object?>
            {
                ["short"] = Encoding.UTF8.GetBytes("kept"),
                ["long"] = new byte[5000],
                ["table"] = new Dictionary<string, object?>(),
            },
        };

        var kept = MessageFormat.Bury(MessageFormat.KeepUnreadable(properties), new string('x', 10_000), DateTimeOffset.UnixEpoch);

        Assert.Equal(
            new[] { MessageFormat.DeadAt, MessageFormat.DeadReason, MessageFormat.JobId, "short" }.Order(StringComparer.Ordinal),
            kept.Headers!.Keys.Order(StringComparer.Ordinal));
        Assert.True(((string)kept.Headers[MessageFormat.DeadReason]!).Length <= 4000);
        var letter = MessageFormat.ReadDead(Sent(kept), new byte[] { 1 });
        Assert.StartsWith("unreadable-", letter.Message.JobId, StringComparison.Ordinal);
        Assert.Equal(MessageFormat.DeadJobId(Sent(kept)), letter.Message.JobId);
        Assert.Equal([1], letter.Message.Data.Bytes.ToArray());
        Assert.Equal(DateTimeOffset.UnixEpoch, letter.DeadAt);
    }

    // Text comes back from a broker as bytes.
    private static BasicProperties Sent(BasicProperties properties) => new(properties)
    {
        Headers = properties.Headers!.ToDictionary(
            header => header.Key, header => header.Value is string text ? Encoding.UTF8.GetBytes(text) : header.Value),
    };
}
