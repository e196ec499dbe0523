using System.Text.Json.Serialization;
using Artorizer.Contracts.Api;

namespace Artorizer.Router.Realtime;

/// <summary>The upload is known; bytes are expected from <paramref name="Offset"/> on.</summary>
/// <param name="UploadId">To resume with after a break.</param>
/// <param name="Offset">First byte that is missing.</param>
/// <param name="ExpiresAt">When the upload is given up.</param>
internal sealed record AcceptedMessage(string UploadId, long Offset, DateTimeOffset ExpiresAt)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "accepted";
}

/// <summary>How far the upload has come.</summary>
/// <param name="Offset">Bytes received, counted from the file's beginning.</param>
/// <param name="Stored">Of these, bytes that survive a crash of the server too.</param>
internal sealed record ReceivedMessage(long Offset, long Stored)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "received";
}

/// <summary>The job was made.</summary>
/// <param name="UploadId">The upload that it was made of.</param>
/// <param name="JobId">The job.</param>
/// <param name="TaskId">Its number in the task API.</param>
/// <param name="Status">Its state; <c>exists</c> where the same bytes were sent with the same wishes before.</param>
/// <param name="StatusUrl">Path of the job.</param>
/// <param name="ResultUrl">Path of its result.</param>
/// <param name="PreviousJobId">The job that it is a new version of.</param>
internal sealed record QueuedMessage(
    string UploadId, string JobId, int TaskId, string Status, string StatusUrl, string ResultUrl, string? PreviousJobId)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "queued";
}

/// <summary>Why the connection is closed.</summary>
/// <param name="Error">As in the problem details of HTTP answers.</param>
/// <param name="Detail">What is wrong and what to do.</param>
/// <param name="Status">The HTTP status that the same error has.</param>
/// <param name="Field">The field that is wrong.</param>
/// <param name="Code">A stable code.</param>
/// <param name="Errors">Everything that is wrong with the metadata.</param>
internal sealed record ErrorMessage(
    string Error, string Detail, int Status, string? Field, string Code, IReadOnlyList<FieldProblem> Errors)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "error";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AcceptedMessage))]
[JsonSerializable(typeof(ReceivedMessage))]
[JsonSerializable(typeof(QueuedMessage))]
[JsonSerializable(typeof(ErrorMessage))]
internal sealed partial class SocketJsonContext : JsonSerializerContext;
