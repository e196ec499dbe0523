using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Artorizer.Testing.Topology;

/// <summary>One process of the model: a replica of a service, or a server. It is stopped and started by its dashboard commands.</summary>
public sealed partial class AppInstance
{
    private const int Sigkill = 9;
    private const int Sigterm = 15;
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly DistributedApplication _app;
    private readonly ConcurrentQueue<string> _lines = new();

    internal AppInstance(DistributedApplication app, string resource, string id) => (_app, Resource, Id) = (app, resource, id);

    /// <summary>Finds the one process of a resource.</summary>
    /// <param name="app">The running application.</param>
    /// <param name="resource">Name of the resource.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task<AppInstance> FindAsync(DistributedApplication app, string resource, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(app);
        var running = await app.ResourceNotifications.WaitForResourceAsync(
            resource, state => state.ResourceId != resource && state.Snapshot.State?.Text == KnownResourceStates.Running, cancellationToken);
        return new AppInstance(app, resource, running.ResourceId);
    }

    /// <summary>Name of the resource.</summary>
    public string Resource { get; }

    /// <summary>Id of the instance, as the dashboard shows it.</summary>
    public string Id { get; }

    /// <summary>The service's or server's own process, not the one that started it; <see langword="null"/> while there is none.</summary>
    public int? ProcessId =>
        Launcher is { } launcher && Directory.Exists(Text($"/proc/{launcher}")) ? Descendants(launcher).Prepend(launcher).Last() : null;

    /// <summary>What it has written so far.</summary>
    public string Output => string.Join('\n', _lines);

    private bool IsServer => Resource is "cache" or "queue" or "storage";

    private int? Launcher =>
        Convert.ToInt32(
            Snapshot.Properties.FirstOrDefault(static p => p.Name == "executable.pid")?.Value, CultureInfo.InvariantCulture) is var id and > 0
                ? id
                : null;

    private CustomResourceSnapshot Snapshot => _app.ResourceNotifications.TryGetCurrentState(Id, out var state)
        ? state.Snapshot
        : throw new InvalidOperationException($"{Id} is not known to the orchestrator.");

    /// <summary>Its own address, not that of the proxy in front of all replicas.</summary>
    /// <param name="endpoint"><c>http</c> or <c>grpc</c>.</param>
    public Uri Address(string endpoint) => new(
        Snapshot.EnvironmentVariables.FirstOrDefault(variable => variable.Name == $"Kestrel__Endpoints__{endpoint}__Url")?.Value
        ?? throw new InvalidOperationException($"{Id} has no endpoint {endpoint}."));

    /// <summary>Ends it at once, as a crash would, and waits until the orchestrator has noticed.</summary>
    public async Task KillAsync(CancellationToken cancellationToken = default)
    {
        if (ProcessId is { } process)
        {
            _ = Kill(process, Sigkill);
        }

        await EndAsync(cancellationToken);
    }

    /// <summary>
    /// Tells it to stop, as an orchestrator would, and waits until it has ended. Servers are stopped by their command; services by
    /// the signal itself, for the command of Aspire 13.6 leaves a project in the state Stopping although its process has ended
    /// (github.com/microsoft/aspire, issues 11046 and 18282 are of that kind).
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (IsServer)
        {
            await CommandAsync(KnownResourceCommands.StopCommand, cancellationToken);
        }
        else if (ProcessId is { } process)
        {
            _ = Kill(process, Sigterm);
        }

        await EndAsync(cancellationToken);
    }

    /// <summary>Starts it again by its command, and waits until it is ready.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await CommandAsync(KnownResourceCommands.StartCommand, cancellationToken);
        await _app.ResourceNotifications.WaitForResourceAsync(
            Resource, state => state.ResourceId == Id && state.Snapshot.State?.Text == KnownResourceStates.Running, cancellationToken);
        await WaitUntilReadyAsync(cancellationToken);
    }

    internal async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        if (!Snapshot.EnvironmentVariables.Any(static variable => variable.Name == "Kestrel__Endpoints__http__Url"))
        {
            // A server, or the single process: the only one of its resource.
            await _app.ResourceNotifications.WaitForResourceHealthyAsync(Resource, cancellationToken);
            return;
        }

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = ProbeTimeout };
        while (!await IsReadyAsync(http, cancellationToken))
        {
            await Task.Delay(Pause, cancellationToken);
        }
    }

    internal void Follow(CancellationToken cancellationToken)
    {
        var logs = _app.Services.GetRequiredService<ResourceLoggerService>();
        _ = Task.Run(
            async () =>
            {
                await foreach (var batch in logs.WatchAsync(Id).WithCancellation(cancellationToken))
                {
                    foreach (var line in batch)
                    {
                        _lines.Enqueue(line.Content);
                    }
                }
            },
            cancellationToken);
    }

    private async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(
                new Uri(Address("http"), "health/ready"), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private async Task EndAsync(CancellationToken cancellationToken) => await _app.ResourceNotifications
        .WaitForResourceAsync(
            Resource, state => state.ResourceId == Id && KnownResourceStates.TerminalStates.Contains(state.Snapshot.State?.Text), cancellationToken)
        .WaitAsync(StopTimeout, cancellationToken);

    private async Task CommandAsync(string command, CancellationToken cancellationToken)
    {
        var result = await _app.ResourceCommands.ExecuteCommandAsync(Id, command, cancellationToken);
        if (!result.Success)
        {
            throw new InvalidOperationException($"{Id}: {command} failed: {result.Message}");
        }
    }

    // The launcher of a project has the service as its only child, which has none; so has that of a Redis server.
    private static IEnumerable<int> Descendants(int process)
    {
        var file = Text($"/proc/{process}/task/{process}/children");
        return File.Exists(file)
            ? File.ReadAllText(file).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(child => int.Parse(child, CultureInfo.InvariantCulture))
                .SelectMany(child => Descendants(child).Prepend(child))
            : [];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
