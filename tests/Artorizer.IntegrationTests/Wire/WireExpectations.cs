using System.Text.Json.Nodes;
using Artorizer.Contracts.Api;

namespace Artorizer.IntegrationTests.Wire;

/// <summary>What a peer must find in a message, whatever its format shows numbers and times as.</summary>
internal static class WireExpectations
{
    private static readonly string[] ShownOtherwise = ["task_data", "data", "result", "analysis", "summary"];

    /// <summary>Name of a message in the schemas.</summary>
    public static string SchemaName(object message) => message switch
    {
        JobView => "Job",
        JobListView => "JobList",
        JobEventView => "JobEvent",
        JobResultView => "JobResult",
        SubmittedView => "ProtectResponse",
        MessageView => "Message",
        UploadView => "Upload",
        ProblemView => "Problem",
        HealthView => "HealthStatus",
        TaskRequest => "TaskRequest",
        TaskSubmittedView => "TaskResponse",
        TaskView => "TaskInfo",
        TaskView[] => "TaskList",
        TaskMetricsView => "MetricsSummary",
        _ => throw new ArgumentException($"No schema for {message.GetType()}."),
    };

    /// <summary>Checks that the peer sees every text of the message under its own name.</summary>
    public static void AssertTexts(object message, JsonNode? seen)
    {
        var texts = Texts(seen).ToHashSet();
        foreach (var (name, text) in Texts(JsonNode.Parse(WireSamples.Json(message))))
        {
            var isTime = text.Length >= 20 && text[4] == '-' && text[10] == 'T' && name != "timestamp";
            if (text.Length > 0 && !isTime)
            {
                Assert.Contains((name == "type" && message is TaskRequest ? "task_type" : name, text), texts);
            }
        }
    }

    /// <summary>Checks that a message is as it was; the order of map entries apart, which no format promises.</summary>
    public static void AssertSame(object expected, object actual) =>
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(WireSamples.Json(expected)), JsonNode.Parse(WireSamples.Json(actual))),
            $"{WireSamples.Json(actual)} is not {WireSamples.Json(expected)}");

    private static IEnumerable<(string Name, string Text)> Texts(JsonNode? node, string name = "") => node switch
    {
        JsonObject map => map.Where(p => !ShownOtherwise.Contains(p.Key)).SelectMany(p => Texts(p.Value, Snake(p.Key))),
        JsonArray list => list.SelectMany(n => Texts(n, name)),
        JsonValue value when value.TryGetValue<string>(out var text) => [(name, text)],
        _ => [],
    };

    private static string Snake(string name) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
