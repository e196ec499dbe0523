using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Artorizer.IntegrationTests.Api;

/// <summary>One server-sent event as a browser would see it.</summary>
internal sealed record ServerEvent(string Id, string Type, JsonNode Data)
{
    public long Sequence => long.Parse(Id, System.Globalization.CultureInfo.InvariantCulture);

    public bool IsEnd => Type is "completed" or "failed" or "deleted";
}

/// <summary>Reads server-sent events by the rules of the HTML standard (§9.2.6), apart from the product's writer.</summary>
internal static class EventReader
{
    public static IAsyncEnumerable<ServerEvent> EventsAsync(
        this HttpClient client, string jobId, string? lastEventId = null, CancellationToken cancellationToken = default) =>
        client.EventsOfAsync($"jobs/{jobId}/events", lastEventId, cancellationToken);

    public static async IAsyncEnumerable<ServerEvent> EventsOfAsync(
        this HttpClient client, string path, string? lastEventId = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Assert.Equal("text/event-stream", response.EnsureSuccessStatusCode().Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken), new UTF8Encoding(false, true));
        var (id, type, data) = ("", "message", new List<string>());
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0)
            {
                if (data.Count > 0)
                {
                    yield return new ServerEvent(id, type, JsonNode.Parse(string.Join('\n', data))!);
                }

                (type, data) = ("message", []);
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (field, value) = colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..]);
            value = value.StartsWith(' ') ? value[1..] : value;
            switch (field)
            {
                case "id":
                    id = value;
                    break;
                case "event":
                    type = value;
                    break;
                case "data":
                    data.Add(value);
                    break;
            }
        }
    }
}
