namespace Aspire.RabbitMQ.Client;

/// <summary>How the client connects; section <c>Aspire:RabbitMQ:Client</c>.</summary>
public sealed class RabbitMQClientSettings
{
    /// <summary><c>amqp://user:password@host:port/vhost</c>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Further tries to connect, the first after a second, each wait twice as long. 0 for none. Default 5.</summary>
    public int MaxConnectRetryCount { get; set; } = 5;

    /// <summary>No health check. Default <see langword="false"/>.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>No traces. Default <see langword="false"/>.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>Connect on first use rather than at the start. Default <see langword="true"/>.</summary>
    public bool DisableAutoActivation { get; set; } = true;
}
