using System.Net;
using Artorizer.Examples.Tasks;
using Artorizer.Infrastructure.Embedded;
using Artorizer.Processor;
using Artorizer.Router;
using Artorizer.Worker;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;

// Artorizer in one process, with handlers of one's own: engine, router and worker share one set of stores.
// Ports and folder: --Port 7000 --GrpcPort 50051 --EnginePort 8000 --Embedded:DataDirectory data
var settings = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
var (port, grpcPort, enginePort) = (settings.GetValue("Port", 7000), settings.GetValue("GrpcPort", 50051), settings.GetValue("EnginePort", 8000));

var storeOptions = settings.GetSection(EmbeddedStoreOptions.SectionName).Get<EmbeddedStoreOptions>() ?? new EmbeddedStoreOptions();
storeOptions.InternalBaseUrl ??= $"http://127.0.0.1:{port}";
await using var stores = await EmbeddedStores.OpenAsync(storeOptions, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);

var router = Builder(kestrel =>
{
    kestrel.ListenLocalhost(port);
    kestrel.ListenLocalhost(grpcPort, listen => listen.Protocols = HttpProtocols.Http2);
}, ownsTelemetry: true);
router.Configuration["Router:Sole"] = "true";
router.AddRouter();
router.Services.AddEmbeddedStores(stores);
await using var routerApp = router.Build();
routerApp.MapRouter();
routerApp.MapEmbeddedObjects().AllowAnonymous();

var engine = Builder(kestrel => kestrel.ListenLocalhost(enginePort, listen => listen.Protocols = HttpProtocols.Http2));
engine.AddProcessor();
await using var engineApp = engine.Build();
engineApp.MapDefaultEndpoints();
engineApp.MapProcessor();

var worker = Builder(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
worker.AddWorker();
worker.Services.AddEmbeddedStores(stores);
worker.Services.AddExampleTasks();
await using var workerApp = worker.Build();
workerApp.MapWorker();

await engineApp.StartAsync();
await routerApp.StartAsync();
await workerApp.StartAsync();
Console.WriteLine($"Tasks are taken at http://localhost:{port}/queue and, over gRPC, at http://localhost:{grpcPort}");

// Told to stop, the worker goes first: its last jobs still need the other two.
await workerApp.WaitForShutdownAsync();
await routerApp.StopAsync();
await engineApp.StopAsync();

// Spans and metrics belong to the process, so one of the three exports them.
WebApplicationBuilder Builder(Action<KestrelServerOptions> listen, bool ownsTelemetry = false)
{
    var builder = WebApplication.CreateBuilder(args);
    builder.Configuration["Telemetry:ProcessOwner"] = ownsTelemetry.ToString();
    builder.Configuration["Engine:Address"] = $"http://127.0.0.1:{enginePort}";
    builder.WebHost.ConfigureKestrel(listen);
    builder.AddServiceDefaults();
    return builder;
}
