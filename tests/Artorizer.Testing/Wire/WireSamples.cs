using System.Buffers;
using System.Text.Json;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire;

namespace Artorizer.Testing.Wire;

/// <summary>Messages of every type, full and sparse, with the values that formats tend to lose.</summary>
public static class WireSamples
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 30, 15, 123, TimeSpan.Zero);

    public static JobView Job { get; } = new()
    {
        JobId = "01958f3e-7c1a-7d3e-9b1f-2a4c6e8f0a1b",
        TaskId = 4711,
        Type = "protect_image",
        Status = JobStatus.Processing,
        Priority = 5,
        Via = "queue",
        Title = "Großer Garten, 花園 🌸",
        Artist = "Ada Lovelace",
        SubmittedAt = Start,
        StartedAt = Start.AddTicks(12_345_678),
        Attempts = 1,
        Progress = new JobProgress { CurrentStep = "watermark", StepNumber = 4, TotalSteps = 8, Percentage = 43, UpdatedAt = Start.AddSeconds(2) },
        Steps =
        [
            .. new[] { "decode", "metadata", "hashes", "watermark", "mask", "thumbnail", "encode", "store" }.Select((name, i) => new JobStep
            {
                Name = name,
                Status = i < 4 ? JobStep.Completed : JobStep.Pending,
                StartedAt = i < 5 ? Start.AddMilliseconds(100 * i) : null,
                CompletedAt = i < 4 ? Start.AddMilliseconds((100 * i) + 87.5) : null,
                DurationMs = i < 4 ? 87.5 + i : null,
            }),
        ],
    };

    public static TaskView Task { get; } = new()
    {
        Id = 42,
        TaskType = "send_email",
        TaskData = Payload.FromJson("""{"to":"ada@example.org","n":[0,"",[],false,null,1.5,-9007199254740993]}"""),
        Status = "completed",
        CreatedAt = Start,
        CompletedAt = Start.AddSeconds(1),
        Attempts = 2,
        LastError = "",
        Result = Payload.FromJson("0"),
    };

    /// <summary>Every message, at least once.</summary>
    public static IReadOnlyList<object> All { get; } =
    [
        Job,
        new JobView
        {
            JobId = "j",
            Type = "echo",
            Via = "queue",
            SubmittedAt = DateTimeOffset.UnixEpoch,
            CompletedAt = DateTimeOffset.UnixEpoch,
            Error = new JobError("timed_out", "Too long."),
        },
        Job with
        {
            Status = JobStatus.Queued,
            WaitingFor = "engine",
            WaitingSince = Start.AddSeconds(1),
            Warnings = [new JobWarning("mark_not_applied", "Too small.")],
            PreviousJobId = "h",
        },
        new JobListView([Job, Job with { TaskId = 0, Steps = [], Progress = null, Title = "" }], "next"),
        new JobListView([], null),
        new JobEventView
        {
            JobId = "j",
            Sequence = long.MaxValue,
            Type = "progress",
            At = Start,
            Status = JobStatus.Failed,
            Step = Job.Steps[0],
            Error = new JobError("", "x"),
            WaitingFor = "storage",
        },
        new JobResultView
        {
            JobId = Job.JobId,
            TaskId = -1,
            Status = JobStatus.Completed,
            ArtworkId = "a",
            Title = "t",
            Artist = "r",
            Description = new string('ü', 300),
            Tags = ["one", "", "drei"],
            Hashes = new() { ["perceptual_hash"] = "0xff00", ["average_hash"] = "" },
            Urls = new() { ["protected"] = "http://127.0.0.1/x?y=1" },
            Formats = new()
            {
                ["protected"] = new ArtifactView("image/png", 1L << 40, "ab"),
                ["mask"] = new ArtifactView("application/octet-stream", 0, null),
            },
            Analysis = Payload.FromJson("""{"width":3}"""),
            Summary = Payload.FromJson("false"),
            ProcessingTimeMs = 12.25,
            Error = new JobError("c", "m"),
        },
        new SubmittedView
        {
            JobId = "j",
            TaskId = 7,
            Status = "exists",
            Message = "m",
            Artwork = Job,
            StatusUrl = "/jobs/j",
            EventsUrl = "",
            ResultUrl = null,
            PreviousJobId = "i",
        },
        new MessageView("Task deleted"),
        new ProblemView
        {
            Type = "/errors#c", Title = "Bad Request", Status = 400, Detail = "d", Error = "tags: too many", Field = "tags", Code = "c",
            Errors = [new FieldProblem("tags", "c", "too many"), new FieldProblem("", "", "")],
        },
        new HealthView
        {
            Status = "healthy",
            QueueSize = 3,
            Timestamp = "2026-03-01T12:30:15+00:00",
            Workers = 2,
            Components = new() { ["store"] = new ComponentView("healthy", null, 0.5), ["queue"] = new ComponentView("degraded", "slow", 0) },
        },
        new UploadView
        {
            UploadId = "u",
            Url = "http://127.0.0.1/x?y=1",
            Method = "PUT",
            Headers = new() { ["content-type"] = "image/png" },
            ExpiresAt = Start,
        },
        new TaskRequest { Type = "echo", Data = Payload.FromJson("""{"message":"hi"}"""), Priority = 0, DelayMs = 0 },
        new TaskRequest { Type = "echo", Data = Payload.FromJson("[]") },
        new TaskSubmittedView(int.MaxValue, "j"),
        Task,
        new TaskView[] { Task, Task with { Id = 43, Status = "failed", LastError = "boom" } },
        Array.Empty<TaskView>(),
        new TaskMetricsView(1L << 40, 2, 3, 4, true),
        new TaskMetricsView(0, 0, 0, 0, false),
    ];

    public static byte[] Serialize(IWireProtocol protocol, object message)
    {
        var output = new ArrayBufferWriter<byte>();
        ((Action<IWireProtocol, ArrayBufferWriter<byte>>)(message switch
        {
            JobView m => (p, o) => p.Serialize(m, o),
            JobListView m => (p, o) => p.Serialize(m, o),
            JobEventView m => (p, o) => p.Serialize(m, o),
            JobResultView m => (p, o) => p.Serialize(m, o),
            SubmittedView m => (p, o) => p.Serialize(m, o),
            MessageView m => (p, o) => p.Serialize(m, o),
            ProblemView m => (p, o) => p.Serialize(m, o),
            HealthView m => (p, o) => p.Serialize(m, o),
            UploadView m => (p, o) => p.Serialize(m, o),
            TaskRequest m => (p, o) => p.Serialize(m, o),
            TaskSubmittedView m => (p, o) => p.Serialize(m, o),
            TaskView m => (p, o) => p.Serialize(m, o),
            TaskView[] m => (p, o) => p.Serialize(m, o),
            TaskMetricsView m => (p, o) => p.Serialize(m, o),
            ProtectionTask m => (p, o) => p.Serialize(m, o),
            _ => throw new ArgumentException($"No sample of {message.GetType()}."),
        }))(protocol, output);
        return output.WrittenSpan.ToArray();
    }

    public static object Deserialize(IWireProtocol protocol, Type type, ReadOnlySequence<byte> input) => type switch
    {
        _ when type == typeof(JobView) => protocol.Deserialize<JobView>(input),
        _ when type == typeof(JobListView) => protocol.Deserialize<JobListView>(input),
        _ when type == typeof(JobEventView) => protocol.Deserialize<JobEventView>(input),
        _ when type == typeof(JobResultView) => protocol.Deserialize<JobResultView>(input),
        _ when type == typeof(SubmittedView) => protocol.Deserialize<SubmittedView>(input),
        _ when type == typeof(MessageView) => protocol.Deserialize<MessageView>(input),
        _ when type == typeof(ProblemView) => protocol.Deserialize<ProblemView>(input),
        _ when type == typeof(HealthView) => protocol.Deserialize<HealthView>(input),
        _ when type == typeof(UploadView) => protocol.Deserialize<UploadView>(input),
        _ when type == typeof(TaskRequest) => protocol.Deserialize<TaskRequest>(input),
        _ when type == typeof(TaskSubmittedView) => protocol.Deserialize<TaskSubmittedView>(input),
        _ when type == typeof(TaskView) => protocol.Deserialize<TaskView>(input),
        _ when type == typeof(TaskView[]) => protocol.Deserialize<TaskView[]>(input),
        _ when type == typeof(TaskMetricsView) => protocol.Deserialize<TaskMetricsView>(input),
        _ when type == typeof(ProtectionTask) => protocol.Deserialize<ProtectionTask>(input),
        _ => throw new ArgumentException($"No sample of {type}."),
    };

    /// <summary>What JSON makes of a message: the yardstick by which two are equal.</summary>
    public static string Json(object message) => JsonSerializer.Serialize(message, message.GetType(), ApiJsonContext.Default);

    /// <summary>A sequence in pieces of a few bytes, to meet every boundary.</summary>
    public static ReadOnlySequence<byte> Split(ReadOnlyMemory<byte> bytes, int size)
    {
        var first = new Segment(ReadOnlyMemory<byte>.Empty, null);
        var last = first;
        for (var i = 0; i < bytes.Length; i += size)
        {
            last = new Segment(bytes.Slice(i, Math.Min(size, bytes.Length - i)), last);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }
}
