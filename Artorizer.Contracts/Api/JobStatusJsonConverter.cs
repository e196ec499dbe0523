using System.Text.Json.Serialization;
using System.Text.Json;
using Artorizer.Contracts.Jobs;

namespace Artorizer.Contracts.Api;

/// <summary><c>queued</c>, <c>processing</c>, <c>completed</c> or <c>failed</c>.</summary>
public sealed class JobStatusJsonConverter() : JsonStringEnumConverter<JobStatus>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
