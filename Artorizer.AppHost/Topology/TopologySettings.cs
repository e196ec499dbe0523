using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace Artorizer.AppHost.Topology;

/// <summary>
/// The switches of the topology; section <c>Artorizer</c> of appsettings.json, of the environment
/// (<c>Artorizer__Workers=4</c>) and of the command line (<c>-- --Artorizer:Workers=4</c>).
/// </summary>
internal sealed class TopologySettings
{
    private const string Section = "Artorizer";
    private const int LocalHttpPort = 7000;
    private const int LocalGrpcPort = 50051;
    private bool _publishes;

    /// <summary>How many image engines run. Default 2.</summary>
    [Range(1, 100)]
    public int Processors { get; set; } = 2;

    /// <summary>How many workers run. Default 2.</summary>
    [Range(1, 100)]
    public int Workers { get; set; } = 2;

    /// <summary>How many routers run behind one address. Default 1.</summary>
    [Range(1, 100)]
    public int Routers { get; set; } = 1;

    /// <summary>Whether Redis, RabbitMQ and MinIO stay up when the AppHost stops, for a quicker next start. Default: false.</summary>
    public bool Persistent { get; set; }

    /// <summary>
    /// The router's port on this machine. A cloud's gateway has ports of its own.
    /// </summary>
    public int? RouterPort => _publishes ? null : LocalHttpPort;

    /// <summary>The port of the router's gRPC endpoint on this machine. Published deployments keep it inside their network.</summary>
    public int? RouterGrpcPort => _publishes ? null : LocalGrpcPort;

    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="ValidationException">A number is out of range.</exception>
    public static TopologySettings From(IDistributedApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection(Section).Get<TopologySettings>() ?? new TopologySettings();
        Validator.ValidateObject(settings, new ValidationContext(settings), validateAllProperties: true);
        settings._publishes = builder.ExecutionContext.IsPublishMode;
        return settings;
    }
}
