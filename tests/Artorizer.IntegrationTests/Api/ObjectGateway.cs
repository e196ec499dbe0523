using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Artorizer.IntegrationTests.Api;

/// <summary>
/// Stands between an engine and the object store: passes reads on, and holds writes that have come in whole until it is told
/// to pass them on, too, whether or not the engine still waits for their answer.
/// </summary>
internal sealed class ObjectGateway : IAsyncDisposable
{
    private static readonly Uri Nowhere = new("http://127.0.0.1:1/");

    private readonly WebApplication _app;
    private readonly HttpClient _client = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentBag<Task<HttpStatusCode>> _writes = [];

    private ObjectGateway(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    /// <summary>Where the object store listens.</summary>
    public Uri Target { get; set; } = Nowhere;

    /// <summary>How many writes it holds.</summary>
    public int Held => _writes.Count;

    public static async Task<ObjectGateway> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var gateway = new ObjectGateway(app);
        app.Run(gateway.AnswerAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return gateway;
    }

    /// <summary>Passes the writes on; gives the store's answers to them.</summary>
    public Task<HttpStatusCode[]> ReleaseAsync()
    {
        _released.TrySetResult();
        return Task.WhenAll(_writes);
    }

    public async ValueTask DisposeAsync()
    {
        await ReleaseAsync();
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var address = new Uri(Target, context.Features.Get<IHttpRequestFeature>()!.RawTarget);
        if (HttpMethods.IsPut(context.Request.Method))
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            var write = WriteAsync(address, body.ToArray(), context.Request.ContentType!);
            _writes.Add(write);
            context.Response.StatusCode = (int)await write;
            return;
        }

        using var answer = await _client.GetAsync(address, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentLength = answer.Content.Headers.ContentLength;
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private async Task<HttpStatusCode> WriteAsync(Uri address, byte[] body, string contentType)
    {
        await _released.Task;
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new(contentType) } };
        using var answer = await _client.PutAsync(address, content);
        return answer.StatusCode;
    }
}
