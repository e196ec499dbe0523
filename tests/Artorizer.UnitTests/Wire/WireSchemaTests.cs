using System.Buffers;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire;
using Google.Protobuf;
using Rpc = Artorizer.Contracts.ProtectionRpc;
using TaskRpc = Artorizer.Contracts.TaskRpc;

namespace Artorizer.UnitTests.Wire;

/// <summary>Our Protobuf against Google's runtime and the generated classes, both ways.</summary>
public sealed class WireSchemaTests
{
    private static readonly ProtobufWireProtocol Protobuf = new();

    [Fact]
    public void Every_message_reads_and_writes_as_the_generated_class_does()
    {
        foreach (var message in WireSamples.All)
        {
            var parser = ParserOf(message);
            var generated = parser.ParseFrom(WireSamples.Serialize(Protobuf, message));

            var back = WireSamples.Deserialize(Protobuf, message.GetType(), new ReadOnlySequence<byte>(generated.ToByteArray()));

            Assert.Equal(WireSamples.Json(message), WireSamples.Json(back));
        }
    }

    [Fact]
    public void Fields_of_the_older_schema_keep_their_numbers()
    {
        var info = TaskRpc.TaskInfo.Parser.ParseFrom(WireSamples.Serialize(Protobuf, WireSamples.Task));

        Assert.Equal(42, info.Id);
        Assert.Equal("send_email", info.TaskType);
        Assert.Equal("completed", info.Status);
        Assert.Equal("2026-03-01T12:30:15.123+00:00", info.CreatedAt);
        Assert.Equal("2026-03-01T12:30:16.123+00:00", info.CompletedAt);
        Assert.Equal(2, info.Attempts);
        Assert.Equal("0", info.Result.ToStringUtf8());
        Assert.Equal(TaskRpc.PayloadFormat.Json, info.ResultFormat);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], TaskRpc.TaskInfo.Descriptor.Fields.InFieldNumberOrder().Select(f => f.FieldNumber));
    }

    [Theory]
    [InlineData("""{"a":1}""", Payload.Json)]
    [InlineData("5", Payload.Json)]
    [InlineData("{\"a\":", Payload.Binary)]
    [InlineData("", null)]
    public void Task_data_without_a_format_are_detected(string text, string? format)
    {
        var request = new TaskRpc.TaskRequest { TaskType = "t", TaskData = ByteString.CopyFromUtf8(text) };

        var back = Protobuf.Deserialize<TaskRequest>(new ReadOnlySequence<byte>(request.ToByteArray()));

        Assert.Equal(format, back.Data?.Format);
    }

    [Fact]
    public void MessagePack_without_a_format_is_detected() =>
        Assert.Equal(Payload.MessagePack, PayloadFormats.Detect(Convert.FromHexString("81a161c40100")).Format);

    [Fact]
    public void Payloads_that_are_not_what_they_claim_are_refused()
    {
        Assert.Throws<WireFormatException>(() => PayloadFormats.Read("{"u8.ToArray(), 1));
        Assert.Throws<WireFormatException>(() => PayloadFormats.Read("\"\\ud800\""u8.ToArray(), 1));
        Assert.Throws<WireFormatException>(() => PayloadFormats.Read(new byte[] { 0x91 }, 2));
        Assert.Throws<WireFormatException>(() => PayloadFormats.Read(new byte[] { 0x01 }, 4));
        Assert.Throws<WireFormatException>(
            () => PayloadFormats.Check(new Payload(Payload.MessagePack, Enumerable.Repeat((byte)0x91, 65).Append((byte)0).ToArray())));
    }

    [Fact]
    public void Unknown_fields_are_passed_over_in_every_protocol()
    {
        // A newer TaskSubmittedView, here a TaskView, whose first field is the same and whose others are of other types.
        var request = new TaskRpc.TaskInfo { Id = 7, LastError = "x" };
        var submitted = Protobuf.Deserialize<TaskSubmittedView>(new ReadOnlySequence<byte>(request.ToByteArray()));
        Assert.Equal(7, submitted.TaskId);

        byte[] group = [0x1b, 0x08, 0x01, 0x1c, 0x08, 0x07];
        Assert.Equal(7, Protobuf.Deserialize<TaskSubmittedView>(new ReadOnlySequence<byte>(group)).TaskId);

        // {"x": [1, nil, "a"], "task_id": 7, "job_id": "j"}
        var map = Convert.FromHexString("83a1789301c0a161a77461736b5f696407a66a6f625f6964a16a");
        Assert.Equal(7, new MessagePackWireProtocol().Deserialize<TaskSubmittedView>(new ReadOnlySequence<byte>(map)).TaskId);
    }

    [Theory]
    [InlineData("81a8707269", "ends in the middle")]
    [InlineData("82a474797065a165a87072696f72697479a3746f70", "priority is not an integer in range.")]
    [InlineData("82a474797065a165a87072696f72697479cf7fffffffffffffff", "priority is not an integer in range.")]
    [InlineData("8000", "goes on after")]
    [InlineData("c3", "not valid MessagePack")]
    public void MessagePack_errors_say_what_is_wrong(string hex, string expected)
    {
        var e = Assert.Throws<WireFormatException>(
            () => new MessagePackWireProtocol().Deserialize<TaskRequest>(new ReadOnlySequence<byte>(Convert.FromHexString(hex))));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_text_is_named() =>
        Assert.Contains("job_id is missing", Assert.Throws<WireFormatException>(() =>
            new MessagePackWireProtocol().Deserialize<TaskSubmittedView>(new ReadOnlySequence<byte>([0x80]))).Message, StringComparison.Ordinal);

    private static MessageParser ParserOf(object message) => message switch
    {
        JobView => Rpc.Job.Parser,
        JobListView => Rpc.JobList.Parser,
        JobEventView => Rpc.JobEvent.Parser,
        JobResultView => Rpc.JobResult.Parser,
        SubmittedView => Rpc.ProtectResponse.Parser,
        MessageView => Rpc.Message.Parser,
        ProblemView => Rpc.Problem.Parser,
        HealthView => TaskRpc.HealthStatus.Parser,
        UploadView => Rpc.Upload.Parser,
        TaskRequest => TaskRpc.TaskRequest.Parser,
        TaskSubmittedView => TaskRpc.TaskResponse.Parser,
        TaskView => TaskRpc.TaskInfo.Parser,
        TaskView[] => TaskRpc.TaskList.Parser,
        TaskMetricsView => TaskRpc.MetricsSummary.Parser,
        _ => throw new ArgumentException($"No class for {message.GetType()}."),
    };
}
