using System.Collections.Concurrent;
using System.Net;
using Artorizer.Contracts.Engine;
using Artorizer.Processor;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

[assembly: AssemblyFixture(typeof(Artorizer.IntegrationTests.Engine.EngineFixture))]

namespace Artorizer.IntegrationTests.Engine;

/// <summary>A processor on a socket of its own, an object store beside it, and a folder of images made by Pillow.</summary>
public sealed class EngineFixture : IAsyncLifetime
{
    private WebApplication _processor = null!;
    private WebApplication _store = null!;

    public PillowPeer Pillow { get; } = new();

    public string Folder { get; } = Directory.CreateTempSubdirectory("artorizer-engine-tests-").FullName;

    /// <summary>What was PUT, by path: content type and bytes.</summary>
    public ConcurrentDictionary<string, (string? ContentType, byte[] Bytes)> Stored { get; } = new();

    /// <summary>Answers to give before the store works, by path.</summary>
    public ConcurrentDictionary<string, ConcurrentQueue<int>> Faults { get; } = new();

    public GrpcChannel Channel { get; private set; } = null!;

    public ImageEngine.ImageEngineClient Client { get; private set; } = null!;

    public Uri ProcessorAddress { get; private set; } = null!;

    public string StoreAddress { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Pillow.CallAsync("generate", new { folder = Folder });
        (_processor, ProcessorAddress) = await StartProcessorAsync([]);
        Channel = GrpcChannel.ForAddress(ProcessorAddress, new GrpcChannelOptions { MaxReceiveMessageSize = null });
        Client = new ImageEngine.ImageEngineClient(Channel);
        _store = await StartStoreAsync();
        StoreAddress = _store.Urls.Single();
    }

    /// <summary>Starts a further processor with other settings.</summary>
    /// <param name="settings">Configuration.</param>
    /// <param name="configure">Adds to what is registered.</param>
    /// <param name="port">Where it listens; 0 for any free port.</param>
    public static async Task<(WebApplication App, Uri Address)> StartProcessorAsync(
        Dictionary<string, string?> settings, Action<IServiceCollection>? configure = null, int port = 0)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.AddProcessor();
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapProcessor();
        await app.StartAsync();
        return (app, new Uri(app.Urls.Single()));
    }

    public string PathOf(string name) => Path.Combine(Folder, name);

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _processor.DisposeAsync();
        await _store.DisposeAsync();
        Pillow.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task<WebApplication> StartStoreAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Use(async (context, next) =>
        {
            if (Faults.TryGetValue(context.Request.Path, out var faults) && faults.TryDequeue(out var status))
            {
                context.Response.StatusCode = status;
                return;
            }

            await next(context);
        });
        app.MapGet("/originals/{name}", (string name) => File.Exists(PathOf(name)) ? Results.File(PathOf(name)) : Results.NotFound());
        app.MapGet("/slow", async (HttpContext context) =>
        {
            await context.Response.StartAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
        });
        app.MapPut("/results/{job}/{name}", async (HttpContext context, string job, string name) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            if (context.Request.ContentLength != body.Length || context.Request.Headers["x-signed"] != "yes")
            {
                context.Response.StatusCode = 403;
                return;
            }

            Stored[$"{job}/{name}"] = (context.Request.ContentType, body.ToArray());
        });
        await app.StartAsync();
        return app;
    }
}
