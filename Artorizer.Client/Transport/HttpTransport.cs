using System.Buffers;
using System.Net.Http.Headers;
using Artorizer.Contracts.Wire;

namespace Artorizer.Client.Transport;

/// <summary>The HTTP API in one of the wire formats.</summary>
internal sealed partial class HttpTransport : ITransport
{
    private const string IdempotencyKey = "Idempotency-Key";

    private readonly HttpClient _http;
    private readonly IWireProtocol _protocol;
    private readonly ArtorizerClientOptions _options;
    private readonly Uri _server;

    public HttpTransport(Uri server, IWireProtocol protocol, ArtorizerClientOptions options, HttpMessageHandler handler)
    {
        (_server, _protocol, _options) = (server, protocol, options);
        _http = new HttpClient(handler, disposeHandler: false) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("artorizer-client/" + typeof(HttpTransport).Assembly.GetName().Version!.ToString(3));
        if (options.ApiKey is { } key)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    public void Dispose() => _http.Dispose();

    private Task<T> GetAsync<T>(string path, CancellationToken cancellationToken)
        where T : notnull => CallAsync<T>(HttpMethod.Get, path, null, _options.Timeouts.Call, cancellationToken);

    /// <summary>One request and its answer as a message.</summary>
    private Task<T> CallAsync<T>(HttpMethod method, string path, HttpContent? content, TimeSpan limit, CancellationToken cancellationToken)
        where T : notnull =>
        SendAsync(Request(method, path, content), limit, ReadAsync<T>, cancellationToken);

    private async Task<T> SendAsync<T>(
        HttpRequestMessage request, TimeSpan limit, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var owned = request;
        using var timeout = new CancellationTokenSource(limit, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            return answer.IsSuccessStatusCode
                ? await read(answer, either.Token).ConfigureAwait(false)
                : throw await HttpFailures.OfAnswerAsync(answer, _options.TimeProvider, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (HttpFailures.IsConnection(e) && !cancellationToken.IsCancellationRequested)
        {
            throw HttpFailures.OfConnection(e, _server);
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        request.Headers.Accept.ParseAdd(_protocol.MediaTypes[0]);
        return request;
    }

    private ByteArrayContent Message<T>(T message)
        where T : notnull
    {
        var buffer = new ArrayBufferWriter<byte>();
        _protocol.Serialize(message, buffer);
        var content = new ByteArrayContent(buffer.WrittenSpan.ToArray());
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(_protocol.MediaTypes[0]);
        return content;
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancellationToken)
        where T : notnull
    {
        var contentType = answer.Content.Headers.ContentType?.ToString();
        if (contentType is null || !WireNegotiation.TryGetReader(WireProtocols.Registry, contentType, out var protocol))
        {
            throw HttpFailures.Unreadable(
                $"it is {contentType ?? "of no named type"}. Is this the address of an Artorizer server?", answer.StatusCode);
        }

        try
        {
            var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return protocol.Deserialize<T>(new ReadOnlySequence<byte>(body));
        }
        catch (WireFormatException e)
        {
            throw HttpFailures.Unreadable(e.Message, answer.StatusCode, e);
        }
    }
}
