using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Artorizer.Client.Transport;

internal sealed partial class HttpTransport
{
    /// <summary>Server-sent events of one connection, up to its end.</summary>
    private async IAsyncEnumerable<T> EventsAsync<T>(
        string path, string? lastEventId, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        using var answer = await OpenAsync(request, cancellationToken).ConfigureAwait(false);
        var body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var limited = new IdleLimitStream(body, _options.Timeouts.Idle, _options.TimeProvider);
        await using var items = SseParser.Create(limited, (_, data) => JsonSerializer.Deserialize(data, type)!)
            .EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(items, cancellationToken).ConfigureAwait(false))
        {
            yield return items.Current.Data;
        }
    }

    private async ValueTask<bool> NextAsync<T>(IAsyncEnumerator<SseItem<T>> items, CancellationToken cancellationToken)
    {
        try
        {
            return await items.MoveNextAsync().ConfigureAwait(false);
        }
        catch (JsonException e)
        {
            throw HttpFailures.Unreadable(e.Message, HttpStatusCode.OK, e);
        }
        catch (Exception e) when (HttpFailures.IsConnection(e) && !cancellationToken.IsCancellationRequested)
        {
            throw HttpFailures.OfConnection(e, _server);
        }
    }
}
