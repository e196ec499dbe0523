using System.Text.Json.Serialization;

namespace Artorizer.Contracts.Api;

/// <summary>Source-generated JSON of every API message: snake_case names, nulls left out, enums as lower-case words.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false,
    Converters = [typeof(PayloadJsonConverter), typeof(JobStatusJsonConverter)])]
[JsonSerializable(typeof(JobView))]
[JsonSerializable(typeof(JobListView))]
[JsonSerializable(typeof(JobEventView))]
[JsonSerializable(typeof(JobResultView))]
[JsonSerializable(typeof(SubmittedView))]
[JsonSerializable(typeof(MessageView))]
[JsonSerializable(typeof(ProblemView))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(TaskRequest))]
[JsonSerializable(typeof(TaskSubmittedView))]
[JsonSerializable(typeof(TaskView))]
[JsonSerializable(typeof(TaskView[]))]
[JsonSerializable(typeof(TaskMetricsView))]
[JsonSerializable(typeof(ProtectionOutcome))]
[JsonSerializable(typeof(ProtectionTask))]
[JsonSerializable(typeof(UploadRequest))]
[JsonSerializable(typeof(UploadView))]
public sealed partial class ApiJsonContext : JsonSerializerContext;
