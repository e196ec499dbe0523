using System.Diagnostics;
using System.Text.Json.Nodes;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using RabbitMQ.Client;

namespace Artorizer.IntegrationTests.Stores.RabbitMq;

/// <summary>What lies on the broker: as another library reads it, and what happens to what is none of ours.</summary>
[Collection(RabbitMqCollection.Name)]
public sealed class RabbitMqMessageTests(RabbitMqFixture fixture) : RabbitMqTest
{
    [Fact]
    public async Task Another_library_reads_the_message_its_properties_and_the_trace()
    {
        var prefix = RabbitMqFixture.NewPrefix();
        await using var queue = fixture.Open(prefix);
        var message = NewMessage(priority: 7) with { Data = new Payload(Payload.MessagePack, new byte[] { 0x93, 0, 0xc0, 0xff }), Attempts = 2 };
        using var activity = new Activity("submit").SetIdFormat(ActivityIdFormat.W3C).Start();
        await EnqueueAsync(queue, message);

        var read = Assert.Single(await PeerAsync($"{prefix}.jobs", 1));

        Assert.Equal("application/msgpack", (string?)read["content_type"]);
        Assert.Equal("9300c0ff", (string?)read["body"]);
        Assert.Equal(2, (int?)read["delivery_mode"]);
        Assert.Equal(7, (int?)read["priority"]);
        Assert.Equal(message.JobId, (string?)read["message_id"]);
        Assert.Equal("echo", (string?)read["type"]);
        Assert.Equal(message.SubmittedAt.ToUnixTimeSeconds(), (long?)read["timestamp"]);
        Assert.Equal($"{prefix}.jobs", (string?)read["exchange"]);
        var headers = read["headers"]!;
        Assert.StartsWith($"00-{activity.TraceId}-", (string?)headers["traceparent"], StringComparison.Ordinal);
        Assert.Equal(message.TraceParent, (string?)headers["artorizer-traceparent"]);
        Assert.Equal("alice", (string?)headers["artorizer-owner"]);
        Assert.Equal(2, (int?)headers["artorizer-attempts"]);
    }

    [Fact]
    public async Task A_dead_letter_says_why_and_when()
    {
        var prefix = RabbitMqFixture.NewPrefix();
        await using var queue = fixture.Open(prefix);
        await EnqueueAsync(queue, NewMessage());
        var lease = await LeaseAsync(queue);
        var before = DateTimeOffset.UtcNow;
        Assert.True(await lease.DeadLetterAsync("poison: It brings its worker down.", Token));

        var read = Assert.Single(await PeerAsync($"{prefix}.dead", 1));

        Assert.Equal("poison: It brings its worker down.", (string?)read["headers"]!["artorizer-dead-reason"]);
        var deadAt = DateTimeOffset.Parse((string)read["headers"]!["artorizer-dead-at"]!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(deadAt, before, DateTimeOffset.UtcNow);
        Assert.Equal(2, (int?)read["delivery_mode"]);
        Assert.Equal(deadAt, Assert.Single(await queue.ListDeadLettersAsync(10, Token)).DeadAt);
    }

    [Fact]
    public async Task What_cannot_be_read_goes_to_the_dead_letters_and_blocks_nothing()
    {
        var prefix = RabbitMqFixture.NewPrefix();

        // One lease at a time: what is unreadable must not keep its room.
        await using var queue = fixture.Open(prefix, options => options.Prefetch = 1);
        await EnqueueAsync(queue, NewMessage(priority: 0));
        await using (var connection = await RabbitMqFixture.Factory(fixture.Server).CreateConnectionAsync(Token))
        await using (var channel = await connection.CreateChannelAsync(cancellationToken: Token))
        {
            await channel.BasicPublishAsync($"{prefix}.jobs", "ready", true, new BasicProperties { Priority = 9 }, new byte[] { 1, 2, 3 }, Token);
            var strange = new BasicProperties
            {
                Priority = 9,
                Headers = new Dictionary<string, object?>
                {
                    ["artorizer-job-id"] = "strange",
                    ["artorizer-task-id"] = "seven",
                    ["nested"] = new Dictionary<string, object?> { ["a"] = new List<object?> { 1, 2 } },
                },
            };
            await channel.BasicPublishAsync($"{prefix}.jobs", "ready", true, strange, new byte[] { 4 }, Token);
            await channel.CloseAsync(Token);
        }

        var lease = await LeaseAsync(queue);

        Assert.Equal(1, lease.Message.TaskId);
        Assert.True(await lease.AcknowledgeAsync(Token));
        await Eventually.TrueAsync(async () => (await queue.GetDepthAsync(Token)).Dead == 2);
        var letters = await queue.ListDeadLettersAsync(10, Token);
        Assert.All(letters, letter => Assert.StartsWith("invalid_data: ", letter.Reason, StringComparison.Ordinal));
        Assert.Equal(
            [new byte[] { 1, 2, 3 }, new byte[] { 4 }], letters.Select(letter => letter.Message.Data.Bytes.ToArray()).OrderBy(bytes => bytes[0]));
        Assert.Contains("strange", letters.Select(letter => letter.Message.JobId));
        foreach (var letter in letters)
        {
            Assert.True(await queue.RemoveDeadLetterAsync(letter.Message.JobId, Token));
        }

        Assert.Equal(0, (await queue.GetDepthAsync(Token)).Dead);
    }

    [Fact]
    public async Task A_message_without_a_queue_is_refused_and_the_queue_made_again()
    {
        var prefix = RabbitMqFixture.NewPrefix();
        await using var queue = fixture.Open(prefix);
        await EnqueueAsync(queue, NewMessage());
        await using (var connection = await RabbitMqFixture.Factory(fixture.Server).CreateConnectionAsync(Token))
        await using (var channel = await connection.CreateChannelAsync(cancellationToken: Token))
        {
            await channel.QueueDeleteAsync($"{prefix}.jobs", cancellationToken: Token);
        }

        await Assert.ThrowsAsync<StoreUnavailableException>(() => EnqueueAsync(queue, NewMessage()));

        await WhenBackAsync(async () =>
        {
            await EnqueueAsync(queue, NewMessage() with { TaskId = 3 });
            return true;
        });
        Assert.Equal(3, (await LeaseAsync(queue)).Message.TaskId);
    }

    private async Task<List<JsonNode>> PeerAsync(string queue, int count)
    {
        var start = new ProcessStartInfo("/usr/bin/python3")
        {
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "Stores", "RabbitMq", "pika_peer.py"), fixture.Server.ConnectionString, queue, $"{count}",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var error = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, error);
        return [.. (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }
}
