using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Artorizer.IntegrationTests.Api;

/// <summary>A web server of somebody else: what the host fetches from and calls back.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebServer(WebApplication app) => _app = app;

    public Uri Address => new UriBuilder(_app.Urls.First()) { Host = "127.0.0.1" }.Uri;

    /// <summary>Requests in the order of their arrival.</summary>
    public ConcurrentQueue<(string Method, string Path, string? Authorization, string Body)> Requests { get; } = new();

    /// <param name="answer">Answers a request whose body has been read.</param>
    public static async Task<WebServer> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        // Every address of this machine leads here, 127.0.0.2 too.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, 0));
        var app = builder.Build();
        var server = new WebServer(app);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            server.Requests.Enqueue((context.Request.Method, context.Request.Path, context.Request.Headers.Authorization, body));
            await answer(context);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
