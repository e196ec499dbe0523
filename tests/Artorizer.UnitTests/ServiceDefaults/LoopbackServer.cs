using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Artorizer.UnitTests.ServiceDefaults;

/// <summary>A real server on a free loopback port that answers every request with one handler and counts them.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private LoopbackServer(WebApplication app, Func<LoopbackServer, HttpContext, Task> answer)
    {
        _app = app;
        _app.Run(context =>
        {
            Interlocked.Increment(ref _requests);
            return answer(this, context);
        });
    }

    public Uri Address => new(_app.Urls.Single());

    public int Requests => Volatile.Read(ref _requests);

    public static Task<LoopbackServer> StartAsync(int statusCode) => StartAsync((_, context) =>
    {
        context.Response.StatusCode = statusCode;
        return Task.CompletedTask;
    });

    public static async Task<LoopbackServer> StartAsync(Func<LoopbackServer, HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new LoopbackServer(builder.Build(), answer);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
