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

    /// <summary>Whether publishing writes a Docker Compose file, in place of the manifest that azd reads. Default: false.</summary>
    public bool Compose { get; set; }

    /// <summary>
    /// The router's port on this machine, or on the host of the Compose file. A cloud's gateway has ports of its own, and
    /// several containers cannot have one port of their host.
    /// </summary>
    public int? RouterPort => !_publishes || (Compose && Routers == 1) ? LocalHttpPort : null;

    /// <summary>The port of the router's gRPC endpoint on this machine. Published deployments keep it inside their network.</summary>
    public int? RouterGrpcPort => _publishes ? null : LocalGrpcPort;

    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="ValidationException">A number is out of range.</exception>
    public static TopologySettings From(IDistributedApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection(Section).Get<TopologySettings>() ?? new TopologySettings();
        Validator.ValidateObject(settings, new ValidationContext(settings), validateAllProperties: true);
        settings._publishes = builder.ExecutionContext.IsPublishMode;
        // The Compose file is a matter of publishing only; a run is the same with it and without.
        settings.Compose &= settings._publishes;
        return settings;
    }
}
