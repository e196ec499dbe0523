using System.Text.Json;
using System.Text.Json.Serialization;
using Artorizer.Contracts.Jobs;

namespace Artorizer.Jobs.Events;

/// <summary>A <see cref="JobEvent"/> without job and number, as it is stored: UTF-8 JSON without what has its default value.</summary>
internal sealed record StoredEvent(
    string Type, DateTimeOffset At, JobStatus Status, JobProgress? Progress, JobStep? Step, JobError? Error, string? WaitingFor)
{
    public static byte[] Write(JobEvent jobEvent) => JsonSerializer.SerializeToUtf8Bytes(
        new StoredEvent(jobEvent.Type, jobEvent.At, jobEvent.Status, jobEvent.Progress, jobEvent.Step, jobEvent.Error, jobEvent.WaitingFor),
        StoredEventJson.Default.StoredEvent);

    public static JobEvent Read(string jobId, long sequence, ReadOnlySpan<byte> body)
    {
        var stored = JsonSerializer.Deserialize(body, StoredEventJson.Default.StoredEvent)!;
        return new JobEvent
        {
            JobId = jobId,
            Sequence = sequence,
            Type = stored.Type,
            At = stored.At,
            Status = stored.Status,
            Progress = stored.Progress,
            Step = stored.Step,
            Error = stored.Error,
            WaitingFor = stored.WaitingFor,
        };
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(StoredEvent))]
internal sealed partial class StoredEventJson : JsonSerializerContext;
