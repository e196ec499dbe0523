using System.Text.Json.Serialization;
using Artorizer.Contracts.Jobs;

namespace Artorizer.Infrastructure.Embedded;

/// <summary>The parts of a job that are read and written as one, and never searched.</summary>
internal sealed record StoredState(JobProgress? Progress, JobStep[]? Steps, JobError? Error, JobWaiting? Waiting);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(StoredState))]
internal sealed partial class StoredJson : JsonSerializerContext;
