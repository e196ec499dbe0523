using System.Collections.Frozen;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;

namespace Artorizer.Contracts.Wire.Schema;

/// <summary>
/// The tables of all messages. One table serves MessagePack (names), Protobuf and Thrift (numbers) and Cap'n Proto
/// (numbers less one); the .proto, .thrift and .capnp files say the same for everyone else.
/// </summary>
internal static class WireSchema
{
    private static readonly WireMessage Progress = new WireMessageBuilder<JobProgress>(() => new() { CurrentStep = "" })
        .Word(1, x => x.CurrentStep)
        .Int32(2, x => x.StepNumber)
        .Int32(3, x => x.TotalSteps)
        .Int32(4, x => x.Percentage)
        .Time(5, x => x.UpdatedAt)
        .Build();

    private static readonly WireMessage Step = new WireMessageBuilder<JobStep>(() => new() { Name = "" })
        .Word(1, x => x.Name)
        .Word(2, x => x.Status)
        .Time(3, x => x.StartedAt)
        .Time(4, x => x.CompletedAt)
        .Double(5, x => x.DurationMs)
        .OptionalText(6, x => x.Error)
        .Build();

    private static readonly WireMessage Error = new WireMessageBuilder<JobError>(() => new("", ""))
        .Word(1, x => x.Code)
        .Text(2, x => x.Message)
        .Build();

    private static readonly WireMessage Warning = new WireMessageBuilder<JobWarning>(() => new("", ""))
        .Word(1, x => x.Code)
        .Text(2, x => x.Message)
        .Build();

    private static readonly WireMessage Job = new WireMessageBuilder<JobView>(() => new() { JobId = "", Type = "", Via = "" })
        .Text(1, x => x.JobId)
        .Int32(2, x => x.TaskId)
        .Word(3, x => x.Type)
        .Status(4, x => x.Status)
        .Int32(5, x => x.Priority)
        .Word(6, x => x.Via)
        .OptionalText(7, x => x.Title)
        .OptionalText(8, x => x.Artist)
        .Time(9, x => x.SubmittedAt)
        .Time(10, x => x.StartedAt)
        .Time(11, x => x.CompletedAt)
        .Int32(12, x => x.Attempts)
        .One(13, x => x.Progress, Progress)
        .Many(14, x => x.Steps, Step)
        .One(15, x => x.Error, Error)
        .OptionalText(16, x => x.WaitingFor)
        .Time(17, x => x.WaitingSince)
        .Many(18, x => x.Warnings, Warning)
        .OptionalText(19, x => x.PreviousJobId)
        .Build();

    private static readonly WireMessage JobList = new WireMessageBuilder<JobListView>(() => new([], null))
        .Many(1, x => x.Jobs, Job)
        .OptionalText(2, x => x.NextCursor)
        .Build();

    private static readonly WireMessage JobEvent = new WireMessageBuilder<JobEventView>(() => new() { JobId = "", Type = "" })
        .Text(1, x => x.JobId)
        .Int64(2, x => x.Sequence)
        .Word(3, x => x.Type)
        .Time(4, x => x.At)
        .Status(5, x => x.Status)
        .One(6, x => x.Progress, Progress)
        .One(7, x => x.Step, Step)
        .One(8, x => x.Error, Error)
        .OptionalText(9, x => x.WaitingFor)
        .Build();

    private static readonly WireMessage Artifact = new WireMessageBuilder<ArtifactView>(() => new("", 0, null))
        .Word(1, x => x.ContentType)
        .Int64(2, x => x.Length)
        .OptionalText(3, x => x.Sha256)
        .Build();

    private static readonly WireMessage JobResult = new WireMessageBuilder<JobResultView>(
        () => new() { JobId = "", ArtworkId = "", Title = "", Artist = "" })
        .Text(1, x => x.JobId)
        .Int32(2, x => x.TaskId)
        .Status(3, x => x.Status)
        .Text(4, x => x.ArtworkId)
        .Text(5, x => x.Title)
        .Text(6, x => x.Artist)
        .OptionalText(7, x => x.Description)
        .Texts(8, x => x.Tags)
        .Map(9, x => x.Hashes)
        .Map(10, x => x.Urls)
        .Map(11, x => x.Formats, Artifact)
        .Payload(12, 13, x => x.Analysis)
        .Payload(14, 15, x => x.Summary)
        .Double(16, x => x.ProcessingTimeMs)
        .One(17, x => x.Error, Error)
        .Many(18, x => x.Warnings, Warning)
        .Build();

    private static readonly WireMessage Submitted = new WireMessageBuilder<SubmittedView>(() => new() { JobId = "", Status = "" })
        .Text(1, x => x.JobId)
        .Text(2, x => x.Status)
        .Int32(3, x => x.TaskId)
        .OptionalText(4, x => x.Message)
        .One(5, x => x.Artwork, Job)
        .OptionalText(6, x => x.StatusUrl)
        .OptionalText(7, x => x.EventsUrl)
        .OptionalText(8, x => x.ResultUrl)
        .OptionalText(9, x => x.PreviousJobId)
        .Build();

    private static readonly WireMessage Message = new WireMessageBuilder<MessageView>(() => new(""))
        .Text(1, x => x.Message)
        .Build();

    private static readonly WireMessage FieldProblem = new WireMessageBuilder<FieldProblem>(() => new("", "", ""))
        .Text(1, x => x.Field)
        .Word(2, x => x.Code)
        .Text(3, x => x.Message)
        .Build();

    private static readonly WireMessage Problem = new WireMessageBuilder<ProblemView>(() => new() { Title = "", Status = 0, Detail = "", Error = "" })
        .Text(1, x => x.Type)
        .Text(2, x => x.Title)
        .Int32(3, x => x.Status)
        .Text(4, x => x.Detail)
        .Text(5, x => x.Error)
        .OptionalText(6, x => x.Field)
        .OptionalText(7, x => x.Code)
        .OptionalText(8, x => x.TraceId)
        .Many(9, x => x.Errors, FieldProblem)
        .Build();

    private static readonly WireMessage Component = new WireMessageBuilder<ComponentView>(() => new("", null, 0))
        .Text(1, x => x.Status)
        .OptionalText(2, x => x.Description)
        .Double(3, x => x.DurationMs)
        .Build();

    private static readonly WireMessage Health = new WireMessageBuilder<HealthView>(() => new() { Status = "", Timestamp = "" })
        .Text(1, x => x.Status)
        .Int32(2, x => x.QueueSize)
        .Text(3, x => x.Timestamp)
        .Int32(4, x => x.Workers)
        .OptionalText(5, x => x.Version)
        .Map(6, x => x.Components, Component, optional: true)
        .Build();

    private static readonly WireMessage TaskRequest = new WireMessageBuilder<TaskRequest>(() => new())
        .OptionalText(1, x => x.Type)
        .Payload(2, 3, x => x.Data)
        .Int32(4, x => x.Priority)
        .Int64(5, x => x.DelayMs)
        .Build();

    private static readonly WireMessage TaskSubmitted = new WireMessageBuilder<TaskSubmittedView>(() => new(0, ""))
        .Int32(1, x => x.TaskId)
        .Text(2, x => x.JobId)
        .Build();

    private static readonly WireMessage TaskInfo = new WireMessageBuilder<TaskView>(
        () => new() { Id = 0, TaskType = "", Status = "", CreatedAt = DateTimeOffset.UnixEpoch })
        .Int32(1, x => x.Id)
        .Word(2, x => x.TaskType)
        .Payload(3, 10, x => x.TaskData, alwaysPresent: true)
        .Word(4, x => x.Status)
        .Time(5, x => x.CreatedAt, text: true)
        .Time(6, x => x.CompletedAt, text: true, alwaysPresent: true)
        .Int32(7, x => x.Attempts)
        .OptionalText(8, x => x.LastError, alwaysPresent: true)
        .Payload(9, 11, x => x.Result, alwaysPresent: true)
        .Build();

    private static readonly WireMessage Metrics = new WireMessageBuilder<TaskMetricsView>(() => new(0, 0, 0, 0, false))
        .CountAsDouble(1, x => x.TasksReceived)
        .CountAsDouble(2, x => x.TasksProcessedSuccess)
        .CountAsDouble(3, x => x.TasksProcessedFailed)
        .CountAsDouble(4, x => x.QueueSize)
        .Flag(5, x => x.DaemonHealthy)
        .Build();

    private static readonly WireMessage Upload = new WireMessageBuilder<UploadView>(() => new() { UploadId = "", Url = "", Method = "" })
        .Text(1, x => x.UploadId)
        .Text(2, x => x.Url)
        .Word(3, x => x.Method)
        .Map(4, x => x.Headers)
        .Time(5, x => x.ExpiresAt)
        .Build();

    private static readonly FrozenDictionary<Type, WireMessage> ByType = new[]
    {
        Job, JobList, JobEvent, JobResult, Submitted, Message, Problem, Health, TaskRequest, TaskSubmitted, TaskInfo, Metrics, Upload,
    }.ToFrozenDictionary(m => m.Type);

    /// <summary>Several tasks as one message, for protocols whose root is a struct.</summary>
    public static WireMessage TaskList { get; } = new WireMessageBuilder<TaskListMessage>(() => new())
        .Many(1, x => x.Tasks, TaskInfo)
        .Build();

    /// <summary>The table of one task.</summary>
    public static WireMessage Task => TaskInfo;

    /// <summary>The table of a message; <see langword="null"/> if there is none.</summary>
    public static WireMessage? Find(Type type) => ByType.GetValueOrDefault(type);

    /// <summary>Whether a message travels by the protocols whose root is a struct.</summary>
    public static bool IsKnown(Type type) => type == typeof(TaskView[]) || type == typeof(UploadRequest) || ByType.ContainsKey(type);

    /// <summary>The table of a message and the message as a struct.</summary>
    /// <exception cref="NotSupportedException">There is no table.</exception>
    public static (WireMessage Table, object Message) Wrap<T>(T value)
        where T : notnull =>
        value is TaskView[] tasks ? (TaskList, new TaskListMessage { Tasks = tasks }) : (Table<T>(), value);

    /// <summary>The table by which a message is read.</summary>
    /// <exception cref="NotSupportedException">There is none.</exception>
    public static WireMessage Table<T>() =>
        typeof(T) == typeof(TaskView[])
            ? TaskList
            : Find(typeof(T)) ?? throw new NotSupportedException($"{typeof(T).Name} travels by JSON and MessagePack only.");

    /// <summary>Undoes <see cref="Wrap"/>.</summary>
    public static T Unwrap<T>(object message) => message is TaskListMessage list ? (T)(object)list.Tasks : (T)message;
}
