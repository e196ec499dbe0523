using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Artorizer.LocalServers;

/// <summary>
/// A RabbitMQ broker of its own: node, data, log, plugins, cookie and port mapper are in its folder and on its ports, so it
/// neither sees nor disturbs another broker of the machine. Only the loopback interface is listened on.
/// </summary>
public sealed class RabbitMqServer : LocalServer
{
    // The one that Debian puts on PATH changes to the user rabbitmq, who may not write in the server's folder.
    private const string Inner = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    private const string OnPath = "rabbitmq-server";

    // What a client says first; the broker answers with a method frame, whose first byte is 1 (AMQP 0-9-1, sections 2.2.4 and 2.3.5).
    private static readonly byte[] ProtocolHeader = [(byte)'A', (byte)'M', (byte)'Q', (byte)'P', 0, 0, 9, 1];
    private const byte MethodFrame = 1;

    /// <summary>How many ports it takes: AMQP, the distribution of Erlang, and its port mapper.</summary>
    public const int PortCount = 3;

    private readonly int _port;
    private readonly int _distributionPort;
    private readonly int _mapperPort;

    /// <summary>Makes the folder and the settings; starts nothing.</summary>
    /// <param name="options">Where it lives; <see langword="null"/> for the defaults.</param>
    /// <param name="settings">Further lines of <c>rabbitmq.conf</c>.</param>
    public RabbitMqServer(LocalServerOptions? options = null, params string[] settings)
        : base("rabbitmq", options ??= new LocalServerOptions())
    {
        if (options.PortsOr(PortCount) is not [var port, var distribution, var mapper])
        {
            throw new UnreachableException();
        }

        (_port, _distributionPort, _mapperPort) = (port, distribution, mapper);
        File.WriteAllLines(In("rabbitmq.conf"), [$"listeners.tcp.local = 127.0.0.1:{_port}", .. settings]);
        File.WriteAllText(In("enabled_plugins"), "[].\n");
        // Present and empty, so that the machine's own are not taken.
        File.WriteAllText(In("rabbitmq-env.conf"), "");
        File.WriteAllText(In("advanced.config"), "[].\n");
    }

    /// <summary>Whether the broker is installed on this machine.</summary>
    public static bool IsInstalled => Program is not null;

    /// <summary>Port of AMQP.</summary>
    public int Port => _port;

    /// <summary><c>amqp://guest:guest@127.0.0.1:port</c>.</summary>
    public override string ConnectionString => $"amqp://guest:guest@127.0.0.1:{_port}";

    private static string? Program => File.Exists(Inner)
        ? Inner
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(path => Path.Combine(path, OnPath)).FirstOrDefault(File.Exists);

    /// <summary>Runs <c>rabbitmqctl</c> on this broker.</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public Task<string> ControlAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var control = Path.Combine(Path.GetDirectoryName(Program ?? OnPath)!, "rabbitmqctl");
        return CallAsync(control, arguments, cancellationToken, Settings());
    }

    /// <inheritdoc/>
    protected override async Task StartProcessesAsync(CancellationToken cancellationToken)
    {
        var program = Program ?? throw new InvalidOperationException("rabbitmq-server is not installed.");
        // A port mapper of its own, in the foreground: the one that Erlang would start by itself outlives the broker.
        Run("epmd", ["-port", $"{_mapperPort}", "-address", "127.0.0.1"], Settings());
        await WaitAsync(token => ListensAsync(_mapperPort, token), cancellationToken);
        Run(program, [], Settings());
        await WaitAsync(AnswersAsync, cancellationToken);
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, _port, cancellationToken);
            await client.GetStream().WriteAsync(ProtocolHeader, cancellationToken);
            var answer = new byte[1];
            return await client.GetStream().ReadAsync(answer, cancellationToken) == 1 && answer[0] == MethodFrame;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private Dictionary<string, string> Settings() => new()
    {
        ["HOME"] = Folder,
        ["ERL_EPMD_PORT"] = $"{_mapperPort}",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        // Makes the start script replace itself by the virtual machine, which thus gets our signals. It stays clear of systemd else.
        ["RUNNING_UNDER_SYSTEMD"] = "true",
        ["NOTIFY_SOCKET"] = "",
        ["RABBITMQ_NODENAME"] = "artorizer@localhost",
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODE_PORT"] = $"{_port}",
        ["RABBITMQ_DIST_PORT"] = $"{_distributionPort}",
        ["RABBITMQ_MNESIA_BASE"] = In("mnesia"),
        ["RABBITMQ_LOG_BASE"] = In("log"),
        ["RABBITMQ_LOGS"] = "-",
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = In("enabled_plugins"),
        ["RABBITMQ_CONFIG_FILE"] = In("rabbitmq.conf"),
        ["RABBITMQ_ADVANCED_CONFIG_FILE"] = In("advanced.config"),
        ["RABBITMQ_CONF_ENV_FILE"] = In("rabbitmq-env.conf"),
        // No busy waiting: the machine has other work. And other nodes connect from this machine only.
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}",
    };

    private string In(string name) => Path.Combine(Folder, name);
}
