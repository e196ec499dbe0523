using System.ComponentModel.DataAnnotations;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Artorizer.Infrastructure.Embedded;
using Artorizer.Processor;
using Artorizer.Router;
using Artorizer.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Options;

namespace Artorizer.Standalone;

/// <summary>
/// The three services in one process, each with its own container and its own Kestrel, on one set of embedded stores.
/// They are the same registrations that run as processes of their own under the AppHost.
/// </summary>
internal static class StandaloneHost
{
    private const int Failure = 1;

    // Of this process alone.
    private static readonly string EngineSecret = RandomNumberGenerator.GetHexString(64);

    public static async Task<int> RunAsync(IReadOnlyDictionary<string, string?> given, CancellationToken cancellationToken)
    {
        try
        {
            // Kestrel would warn of addresses that it does not take: this host has options for its own.
            Environment.SetEnvironmentVariable("ASPNETCORE_URLS", null);
            var options = ReadOptions(given);
            DataFolder.Create(options.Data);
            Ports.RequireFree(options);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop));
            await RunAsync(options, given, stop.Token);
            return 0;
        }
        catch (Exception e) when (IsForTheUser(e))
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Failure;
        }
    }

    /// <summary>Makes a key for the hosts that these settings would start.</summary>
    /// <returns>Exit code.</returns>
    public static int AddKey(IReadOnlyDictionary<string, string?> given, string owner, bool adopts)
    {
        try
        {
            return ApiKeyFile.Add(ReadOptions(given).Data, owner, adopts);
        }
        catch (Exception e) when (IsForTheUser(e))
        {
            Console.Error.WriteLine(e.Message);
            return Failure;
        }
    }

    /// <summary>Whether its message says what to change, so that a stack trace would only hide it.</summary>
    private static bool IsForTheUser(Exception e) =>
        e is ValidationException or OptionsValidationException or DataDirectoryInUseException or InvalidDataException
            or IOException or SocketException or UnauthorizedAccessException
        // A number or a time span that cannot be read, in any section: the binder names the key and the value.
        || e is InvalidOperationException { InnerException: ArgumentException or FormatException };

    private static async Task RunAsync(StandaloneOptions options, IReadOnlyDictionary<string, string?> given, CancellationToken stopping)
    {
        var router = Builder("Artorizer.Router", options, given, ownsTelemetry: true);
        await using var stores = StoresExtensions.NeedsEmbedded(router.Configuration)
            ? await EmbeddedStores.OpenAsync(StoreOptions(router.Configuration, options), TimeProvider.System, StoreLogging(), CancellationToken.None)
            : null;
        router.AddRouter();
        router.AddStores(stores);
        await using var routerApp = router.Build();
        routerApp.MapRouter();
        routerApp.MapStores();

        var processor = Builder("Artorizer.Processor", options, given, ownsTelemetry: false);
        processor.AddProcessor();
        await using var processorApp = processor.Build();
        processorApp.MapDefaultEndpoints();
        processorApp.MapProcessor();

        var worker = Builder("Artorizer.Worker", options, given, ownsTelemetry: false);
        worker.AddWorker();
        worker.AddStores(stores);
        worker.Services.AddSingleton<IServer, NoServer>();
        await using var workerApp = worker.Build();

        // Does nothing where no unit of Type=notify started the process. The hosts cannot do it: each knows itself alone.
        var systemd = new SystemdNotifier();
        try
        {
            await processorApp.StartAsync(stopping);
            await routerApp.StartAsync(stopping);
            await workerApp.StartAsync(stopping);
            systemd.Notify(ServiceState.Ready);
            Banner.Print(options);
            await Task.Delay(Timeout.Infinite, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            systemd.Notify(ServiceState.Stopping);
            Console.WriteLine("Stopping; running jobs are finished, waiting ones stay in the queue.");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop while still starting.
        }
        finally
        {
            // The worker first: its last jobs still need the engine, and the router's object addresses. After a start that
            // failed, too: what had begun by then must end before its container goes.
            await workerApp.StopAsync(CancellationToken.None);
            await routerApp.StopAsync(CancellationToken.None);
            await processorApp.StopAsync(CancellationToken.None);
        }
    }

    private static WebApplicationBuilder Builder(
        string service, StandaloneOptions options, IReadOnlyDictionary<string, string?> given, bool ownsTelemetry)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ApplicationName = service, ContentRootPath = AppContext.BaseDirectory });
        AddKeys(builder.Configuration, options, watch: service == "Artorizer.Router");
        builder.Configuration.AddInMemoryCollection(given);
        builder.Configuration.AddInMemoryCollection(Settings(service, options, builder.Configuration, ownsTelemetry));

        builder.AddServiceDefaults();

        // Signals stop the whole process in order, not each host by itself.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        return builder;
    }

    private static void AddKeys(ConfigurationManager configuration, StandaloneOptions options, bool watch)
    {
        var isLoaded = false;
        configuration.AddJsonFile(keys =>
        {
            keys.Path = Path.Combine(Path.GetFullPath(options.Data), ApiKeyFile.Name);
            keys.Optional = true;
            keys.ReloadOnChange = watch;

            // What cannot be read stops the start; later it is a file without keys, and lets nobody in.
            keys.OnLoadException = failure => failure.Ignore = Volatile.Read(ref isLoaded);
            keys.ResolveFileProvider();
        });
        Volatile.Write(ref isLoaded, true);
    }

    private static Dictionary<string, string?> Settings(
        string service, StandaloneOptions options, ConfigurationManager configuration, bool ownsTelemetry)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Telemetry:ProcessOwner"] = ownsTelemetry.ToString(),
            ["Engine:Address"] = configuration["Engine:Address"] ?? $"http://127.0.0.1:{options.ProcessorPort}",
        };

        // The engine's port is open to every user of this machine.
        var secret = configuration["Processor:Secret"] ?? EngineSecret;
        settings["Processor:Secret"] = secret;
        settings["Engine:Secret"] = configuration["Engine:Secret"] ?? secret;
        switch (service)
        {
            case "Artorizer.Router":
                settings["Router:Sole"] = StoresExtensions.KeepsJobsEmbedded(configuration).ToString();
                settings["Kestrel:Endpoints:Http:Url"] = $"http://{options.Address}:{options.Port}";
                settings["Kestrel:Endpoints:Grpc:Url"] = $"http://{options.Address}:{options.GrpcPort}";
                settings["Kestrel:Endpoints:Grpc:Protocols"] = "Http2";
                break;
            case "Artorizer.Processor":
                settings["Kestrel:Endpoints:Grpc:Url"] = $"http://127.0.0.1:{options.ProcessorPort}";
                settings["Kestrel:Endpoints:Grpc:Protocols"] = "Http2";
                break;
        }

        return settings;
    }

    internal static StandaloneOptions ReadOptions(IReadOnlyDictionary<string, string?> given)
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .AddInMemoryCollection(given)
            .Build();
        var options = configuration.GetSection(StandaloneOptions.Section).Get<StandaloneOptions>() ?? new StandaloneOptions();
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        return options;
    }

    private static EmbeddedStoreOptions StoreOptions(ConfigurationManager configuration, StandaloneOptions options)
    {
        var stores = configuration.GetSection(EmbeddedStoreOptions.SectionName).Get<EmbeddedStoreOptions>() ?? new EmbeddedStoreOptions();
        stores.DataDirectory = options.Data;
        stores.InternalBaseUrl ??=
            $"http://{(options.Address is "localhost" or "*" or "+" or "0.0.0.0" ? "127.0.0.1" : options.LocalHost)}:{options.Port}";
        return stores;
    }

    private static Microsoft.Extensions.Logging.ILoggerFactory StoreLogging() =>
        Microsoft.Extensions.Logging.LoggerFactory.Create(
            logging => Microsoft.Extensions.Logging.ConsoleLoggerExtensions.AddSimpleConsole(logging, console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            }));

    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        // A second signal ends the process at once, as people expect who press Ctrl-C twice.
        context.Cancel = !stop.IsCancellationRequested;
        stop.Cancel();
    }
}
