using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Artorizer.Contracts.Jobs;
using StackExchange.Redis;

namespace Artorizer.Infrastructure.Redis;

/// <summary>
/// A job as a hash: one short field for each value that a script looks at, one for the rest, and the payloads apart, so that
/// a change of progress does not send them again.
/// <code>
/// i id  v version  s state  t task id  o owner  y type  w via  h content SHA-256  q wishes SHA-256  p previous job  k idempotency key
/// b the rest, see Body  x digest of the data  df, d data with its format  rf, r result with its format
/// </code>
/// </summary>
internal static class RedisJobFields
{
    /// <summary>Fields in the order in which they are read.</summary>
    public static readonly RedisValue[] All = ["i", "v", "s", "t", "o", "y", "w", "h", "k", "b", "df", "d", "rf", "r", "q", "p"];

    /// <summary>The job; <see langword="null"/> if there is none.</summary>
    public static Job? Read(RedisValue[] fields)
    {
        if (fields[0].IsNull)
        {
            return null;
        }

        var body = JsonSerializer.Deserialize((byte[]?)fields[9], BodyJson.Default.Body)!;
        return new Job
        {
            Id = fields[0].ToString(),
            Version = RedisText.Number(fields[1]),
            Status = (JobStatus)RedisText.Number(fields[2]),
            TaskId = (int)RedisText.Number(fields[3]),
            Owner = fields[4].ToString(),
            Type = fields[5].ToString(),
            Via = fields[6].ToString(),
            ContentSha256 = TextOrNull(fields[7]),
            WishesSha256 = TextOrNull(fields[14]),
            PreviousJobId = TextOrNull(fields[15]),
            IdempotencyKey = TextOrNull(fields[8]),
            Priority = body.Priority,
            SubmittedAt = body.SubmittedAt,
            StartedAt = body.StartedAt,
            CompletedAt = body.CompletedAt,
            Attempts = body.Attempts,
            TraceParent = body.TraceParent,
            Progress = body.Progress,
            Steps = body.Steps ?? [],
            Error = body.Error,
            Waiting = body.Waiting,
            Data = new Payload(fields[10].ToString(), (byte[]?)fields[11] ?? []),
            Result = fields[12].IsNull ? null : new Payload(fields[12].ToString(), (byte[]?)fields[13] ?? []),
        };
    }

    public static Job? Read(RedisResult fields) => fields.IsNull ? null : Read(((RedisValue[]?)fields)!);

    /// <summary>Field and value by turns, of everything but the task id and the previous job.</summary>
    /// <param name="job">The job, with the version that is to be stored.</param>
    /// <param name="withData">Whether the data go along.</param>
    public static List<RedisValue> Write(Job job, bool withData)
    {
        var body = new Body(
            job.Priority, job.SubmittedAt, job.StartedAt, job.CompletedAt, job.Attempts, job.TraceParent,
            job.Progress, job.Steps.Length == 0 ? null : job.Steps, job.Error, job.Waiting);
        List<RedisValue> fields =
        [
            "i", job.Id, "v", job.Version, "s", (int)job.Status, "o", job.Owner, "y", job.Type, "w", job.Via,
            "b", JsonSerializer.SerializeToUtf8Bytes(body, BodyJson.Default.Body), "x", Digest(job.Data),
        ];
        if (job.ContentSha256 is { } hash)
        {
            fields.AddRange(["h", hash]);
        }

        if (job.WishesSha256 is { } wishes)
        {
            fields.AddRange(["q", wishes]);
        }

        if (job.IdempotencyKey is { } key)
        {
            fields.AddRange(["k", key]);
        }

        if (withData)
        {
            fields.AddRange(["df", job.Data.Format, "d", job.Data.Bytes.ToArray()]);
        }

        if (job.Result is { } result)
        {
            fields.AddRange(["rf", result.Format, "r", result.Bytes.ToArray()]);
        }

        return fields;
    }

    /// <summary>Tells whether data are the stored ones without sending them.</summary>
    public static byte[] Digest(Payload data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(data.Format));
        hash.AppendData([0]);
        hash.AppendData(data.Bytes.Span);
        return hash.GetHashAndReset()[..16];
    }

    private static string? TextOrNull(RedisValue value) => value.IsNull ? null : value.ToString();

    /// <summary>What no script looks at.</summary>
    internal sealed record Body(
        int Priority, DateTimeOffset SubmittedAt, DateTimeOffset? StartedAt, DateTimeOffset? CompletedAt, int Attempts,
        string? TraceParent, JobProgress? Progress, JobStep[]? Steps, JobError? Error, JobWaiting? Waiting);
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(RedisJobFields.Body))]
internal sealed partial class BodyJson : JsonSerializerContext;
