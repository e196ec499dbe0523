using System.Text.Json;
using System.Text.Json.Serialization;

namespace Artorizer.ServiceDefaults.Health;

/// <summary>The body of a probe's answer: a status; when it failed, the names of the checks that did; what public checks say of themselves.</summary>
internal sealed record ProbeAnswer(string Status, string[]? Failing = null, Dictionary<string, string>? Details = null);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProbeAnswer))]
internal sealed partial class HealthJsonContext : JsonSerializerContext;
