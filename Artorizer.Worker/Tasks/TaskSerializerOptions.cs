using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Artorizer.Contracts.Wire;

namespace Artorizer.Worker.Tasks;

/// <summary>How task data and results are bound.</summary>
public sealed class TaskSerializerOptions
{
    /// <summary>
    /// snake_case names read in any case; unknown members are ignored; enums as snake_case words; parameters and members
    /// without a default are required, and null only where the type says so. Put a source-generated context first in
    /// <see cref="JsonSerializerOptions.TypeInfoResolverChain"/> to bind without reflection.
    /// </summary>
    public JsonSerializerOptions Json { get; } = new()
    {
        AllowDuplicateProperties = false,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = WireLimits.MessageDepth,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        PropertyNameCaseInsensitive = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };
}
