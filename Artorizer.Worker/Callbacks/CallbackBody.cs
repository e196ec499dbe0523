using System.Text.Json.Serialization;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;

namespace Artorizer.Worker.Callbacks;

/// <summary>What is posted to a callback URL.</summary>
/// <param name="Event"><c>progress</c>, <c>completed</c> or <c>failed</c>.</param>
/// <param name="JobId">Id of the job.</param>
/// <param name="TaskId">Its number.</param>
/// <param name="Status">State of the job.</param>
/// <param name="Progress">Progress of the job.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="ResultUrl">Path of the result at the router.</param>
internal sealed record CallbackBody(
    string Event, string JobId, int TaskId, JobStatus Status, JobProgress? Progress, JobError? Error, string ResultUrl)
{
    public static CallbackBody Of(Job job, string name) =>
        new(name, job.Id, job.TaskId, job.Status, job.Progress, job.Error, $"/jobs/{job.Id}/result");
}

/// <summary>One call to make: the data of the internal delivery task, which keeps the token as it may be stored.</summary>
internal sealed record CallbackDelivery(Uri Url, string? AuthToken, CallbackBody Body);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(JobStatusJsonConverter)])]
[JsonSerializable(typeof(CallbackDelivery))]
[JsonSerializable(typeof(CallbackBody))]
internal sealed partial class CallbackJson : JsonSerializerContext;
