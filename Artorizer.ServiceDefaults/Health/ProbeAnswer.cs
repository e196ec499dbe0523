using System.Text.Json;
using System.Text.Json.Serialization;

namespace Artorizer.ServiceDefaults.Health;

/// <summary>The body of a probe's answer: a status and, when it failed, the names of the checks that did.</summary>
internal sealed record ProbeAnswer(string Status, string[]? Failing = null);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProbeAnswer))]
internal sealed partial class HealthJsonContext : JsonSerializerContext;
