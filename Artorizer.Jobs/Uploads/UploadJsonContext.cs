using System.Text.Json.Serialization;

namespace Artorizer.Jobs.Uploads;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UploadManifest))]
internal sealed partial class UploadJsonContext : JsonSerializerContext;
