using System.Text.Json.Serialization;
using Artorizer.Client;

namespace Artorizer.Cli;

/// <summary>What the command line prints and keeps of its own.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FileOutcome))]
[JsonSerializable(typeof(ProtectionSettings))]
[JsonSerializable(typeof(DoneRecord))]
[JsonSerializable(typeof(DownloadedFile))]
[JsonSerializable(typeof(BenchReport))]
internal sealed partial class CliJsonContext : JsonSerializerContext;
