using System.CommandLine;
using System.Runtime.InteropServices;

namespace Artorizer.LocalServers;

/// <summary>
/// The command line: runs one server in the foreground until it is told to stop. A server may consist of several processes
/// and need several steps to come up; whoever starts this sees one process that ends when the server does.
/// </summary>
internal static class ServerCommand
{
    public static RootCommand Build() => new("Runs a server for Artorizer as local processes, on the loopback interface, until it is told to stop.")
    {
        Command("redis", "Redis, with an append-only file.", RedisServer.PortCount, static options => new RedisServer(options)),
        Command(
            "rabbitmq",
            "A RabbitMQ broker: ports of AMQP, of Erlang's distribution, and of its port mapper.",
            RabbitMqServer.PortCount,
            static options => new RabbitMqServer(options)),
        Command(
            "s3",
            "Ceph's S3 gateway: ports of the gateway and of the monitor. "
                + $"{CephServer.AccessKeyVariable} and {CephServer.SecretKeyVariable} in the environment set the keys of its user.",
            CephServer.PortCount,
            static options => new CephServer(options, Variable(CephServer.AccessKeyVariable), Variable(CephServer.SecretKeyVariable))),
    };

    private static Command Command(string name, string description, int ports, Func<LocalServerOptions, LocalServer> make)
    {
        var folder = new Option<string>("--folder")
        {
            Description = "Its data and settings; what is there from an earlier start is used again.",
            Required = true,
        };
        var port = new Option<int[]>("--port")
        {
            Description = $"A port of the loopback interface; {ports} in all.",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
        };
        port.Validators.Add(result =>
        {
            if (result.Tokens.Count != ports)
            {
                result.AddError($"{name} takes {ports} ports, not {result.Tokens.Count}.");
            }
        });
        var owner = new Option<int?>("--owner")
        {
            Description = "Process id of the AppHost: the folder is removed at the end if it has ended by then.",
        };
        var command = new Command(name, description) { folder, port, owner };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            make(
                new LocalServerOptions
                {
                    Folder = Path.GetFullPath(parsed.GetRequiredValue(folder)),
                    Ports = parsed.GetRequiredValue(port),
                    WritesToConsole = true,
                }),
            parsed.GetValue(owner),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(LocalServer server, int? owner, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop));
        if (owner is not null)
        {
            RunFolder.Enter(server.Folder);
        }

        try
        {
            await server.StartAsync(stop.Token);
            Console.WriteLine($"{server.Name} is ready.");
            while (!server.HasEnded)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), stop.Token);
            }

            await Console.Error.WriteLineAsync($"{server.Name} has ended by itself.");
            return 1;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        finally
        {
            await server.StopAsync();
            if (owner is { } process)
            {
                RunFolder.Leave(server.Folder, process);
            }
        }
    }

    // A second signal does not end this at once: the server's processes would stay behind.
    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name);
}
