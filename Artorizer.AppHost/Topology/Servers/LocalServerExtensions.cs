using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Artorizer.LocalServers;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;

namespace Artorizer.AppHost.Topology.Servers;

/// <summary>Adds servers that are installed on this machine. Each run has its own, in a private folder that goes with it.</summary>
internal static class LocalServerExtensions
{
    private const string Program = "Artorizer.LocalServers.dll";

    /// <summary>Says which servers are missing, before anything starts.</summary>
    /// <exception cref="ValidationException">With the names of their Debian packages.</exception>
    public static void RequireInstalled()
    {
        if (TopologyServers.Missing is { Count: > 0 } missing)
        {
            throw new ValidationException(
                $"Servers=local needs these Debian packages, which are not installed: {string.Join(", ", missing)}. "
                + "Install them (./run.sh --distributed does) and run this again.");
        }
    }

    /// <summary>Adds Redis.</summary>
    public static IResourceBuilder<LocalServerResource> AddLocalRedis(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, RunFolder run)
    {
        var ports = LocalProcess.FreePorts(RedisServer.PortCount);
        builder.Services.AddHealthChecks().AddRedis(Text($"127.0.0.1:{ports[0]}"), HealthOf(name));
        return builder
            .AddServer(name, "redis", run, ports, static address => ReferenceExpression.Create($"{address}"))
            .WithHealthCheck(HealthOf(name));
    }

    /// <summary>Adds RabbitMQ.</summary>
    public static IResourceBuilder<LocalServerResource> AddLocalRabbitMq(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, RunFolder run)
    {
        var ports = LocalProcess.FreePorts(RabbitMqServer.PortCount);
        var factory = new ConnectionFactory { Uri = new Uri(Text($"amqp://guest:guest@127.0.0.1:{ports[0]}")) };

        // One connection for all checks, made when the broker first answers; after that the client connects again by itself.
        IConnection? connection = null;
        builder.Services.AddHealthChecks().AddRabbitMQ(async _ => connection ??= await factory.CreateConnectionAsync(), HealthOf(name));
        return builder
            .AddServer(name, "rabbitmq", run, ports, static address => ReferenceExpression.Create($"amqp://guest:guest@{address}"))
            .WithHealthCheck(HealthOf(name));
    }

    /// <summary>Adds Ceph's S3 gateway, with keys of this run.</summary>
    public static IResourceBuilder<LocalServerResource> AddLocalCeph(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, RunFolder run)
    {
        var user = builder.AddParameter($"{name}-user", "artorizer");
        var password = builder.AddParameter($"{name}-password", new GenerateParameterDefault { MinLength = 24, Special = false }, secret: true);
        return builder
            .AddServer(name, "s3", run, LocalProcess.FreePorts(CephServer.PortCount), address =>
                ReferenceExpression.Create($"Endpoint=http://{address};AccessKey={user};SecretKey={password}"), scheme: "http")
            .WithEnvironment(CephServer.AccessKeyVariable, user)
            .WithEnvironment(CephServer.SecretKeyVariable, password)
            // Answers everyone, with an empty list, once it serves.
            .WithHttpHealthCheck("/", endpointName: LocalServerResource.Endpoint);
    }

    private static IResourceBuilder<LocalServerResource> AddServer(
        this IDistributedApplicationBuilder builder,
        string name,
        string server,
        RunFolder run,
        int[] ports,
        Func<ReferenceExpression, ReferenceExpression> connectionString,
        string scheme = "tcp")
    {
        var resource = new LocalServerResource(name, AppContext.BaseDirectory, connectionString);
        return builder.AddResource(resource)
            .WithArgs(Program, server, "--folder", run.Of(name), "--owner", Text($"{Environment.ProcessId}"))
            .WithArgs([.. ports.SelectMany(port => new[] { "--port", Text($"{port}") })])
            // Clients get the server's own address, not a proxy's: they then see a stopped server as they would anywhere else.
            .WithEndpoint(port: ports[0], targetPort: ports[0], scheme: scheme, name: LocalServerResource.Endpoint, isProxied: false);
    }

    private static string HealthOf(string name) => $"{name}_check";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
