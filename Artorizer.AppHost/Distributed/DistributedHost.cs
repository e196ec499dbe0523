using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
using Artorizer.AppHost.Embedded;
using Artorizer.LocalServers;

namespace Artorizer.AppHost.Distributed;

/// <summary>
/// The distributed application without containers: Redis, RabbitMQ and an S3 server as local processes in a private folder,
/// and every service as a process of its own, with the environment that the Aspire edition would give it.
/// </summary>
internal static class DistributedHost
{
    private const int Failure = 1;

    public static async Task<int> RunAsync(EmbeddedHostOptions host, int processors, int workers, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop));
        try
        {
            Validator.ValidateObject(host, new ValidationContext(host), validateAllProperties: true);
            Ports.RequireFree(host);
            RequireServers();
            var options = new TopologyOptions
            {
                Programs = AppContext.BaseDirectory,
                Address = host.Address == "localhost" ? "127.0.0.1" : host.Address,
                Port = host.Port,
                GrpcPort = host.GrpcPort,
                Processors = processors,
                Workers = workers,
            };
            await using var topology = await LocalTopology.StartAsync(options, Console.WriteLine, stop.Token);
            Print(host, topology);
            await WatchAsync(topology, stop.Token);
            Console.WriteLine("Stopping; running jobs are finished. Nothing is kept: the servers' data go with them.");
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop while still starting; what had been started is stopped by now.
            return 0;
        }
        catch (Exception e) when (e is ValidationException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Failure;
        }
    }

    private static void RequireServers()
    {
        if (TopologyServers.Missing is { Count: > 0 } missing)
        {
            throw new ValidationException($"Install {string.Join(", ", missing)} (names of Debian packages) and run this again; ./run.sh --distributed does it on Debian and Ubuntu.");
        }
    }

    // A service that ends by itself is said once; the others go on, and its work is done by them.
    private static async Task WatchAsync(LocalTopology topology, CancellationToken stopping)
    {
        var ended = new HashSet<string>(StringComparer.Ordinal);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                foreach (var process in topology.Ended().Where(process => ended.Add(process.Name)))
                {
                    await Console.Error.WriteLineAsync($"{process.Name} has ended; its output is in {process.LogFile}");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    private static void Print(EmbeddedHostOptions host, LocalTopology topology) => Console.WriteLine($"""

          Artorizer is ready (distributed: {topology.Processors.Count} processors, {topology.Workers.Count} workers).

            Web page   {host.LocalUrl}
            HTTP API   {host.LocalUrl}openapi/v1.json
            gRPC       http://{host.LocalHost}:{host.GrpcPort}
            Redis      {topology.Servers.Cache.ConnectionString}
            RabbitMQ   {topology.Servers.Queue.ConnectionString}
            S3         {topology.Servers.Storage.Endpoint}
            Logs       {Path.Combine(topology.Folder, "*", "output.log")}

          Try it:

            curl -F image=@picture.jpg -F artist_name='Ada' -F artwork_title='First light' {host.LocalUrl}protect

          Ctrl-C stops everything and removes the data.

        """);

    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        // A second signal does not end the process at once here: its children would stay behind.
        context.Cancel = true;
        stop.Cancel();
    }
}
