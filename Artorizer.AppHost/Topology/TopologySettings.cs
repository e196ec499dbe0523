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

    /// <summary>What keeps the state. Default <see cref="ServerKind.Auto"/>; never that once the settings have been read.</summary>
    public ServerKind Servers { get; set; }

    /// <summary>How many image engines run. Default 2. The embedded form has one.</summary>
    [Range(1, 100)]
    public int Processors { get; set; } = 2;

    /// <summary>How many workers run. Default 2. The embedded form has one.</summary>
    [Range(1, 100)]
    public int Workers { get; set; } = 2;

    /// <summary>How many routers run behind one address. Default 1, as in the embedded form.</summary>
    [Range(1, 100)]
    public int Routers { get; set; } = 1;

    /// <summary>
    /// Whether the containers of Redis, RabbitMQ and MinIO stay up when the AppHost stops, for a
    /// quicker next start. Default: false.
    /// </summary>
    public bool Persistent { get; set; }

    /// <summary>Address that the web page and the APIs listen on: <c>localhost</c>, an IP address, or <c>*</c> for all. Default localhost.</summary>
    [Required]
    public string Address { get; set; } = "localhost";

    /// <summary>Port of the web page and the HTTP API on this machine. Default 7000.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 7000;

    /// <summary>Port of the gRPC API on this machine. Default 50051.</summary>
    [Range(1, 65535)]
    public int GrpcPort { get; set; } = 50051;

    /// <summary>Folder of the embedded form's database and images; relative to the solution. Default <c>data</c>.</summary>
    [Required]
    public string Data { get; set; } = "data";

    /// <summary>Reads and checks the settings, and settles <see cref="Servers"/>.</summary>
    /// <exception cref="ValidationException">A value is out of range, or does not go with publishing.</exception>
    public static TopologySettings From(IDistributedApplicationBuilder builder)
    {
        TopologySettings settings;
        try
        {
            settings = builder.Configuration.GetSection(Section).Get<TopologySettings>() ?? new TopologySettings();
        }
        catch (InvalidOperationException e) when (e.InnerException is FormatException or ArgumentException)
        {
            throw new ValidationException($"{e.Message} {e.InnerException.Message} {nameof(Servers)} is auto, embedded, local or containers.", e);
        }

        Validator.ValidateObject(settings, new ValidationContext(settings), validateAllProperties: true);
        if (settings is { Address: not "localhost", Routers: > 1 })
        {
            throw new ValidationException(
                $"Several routers share one port by a proxy, which listens on localhost only: {nameof(Address)} needs {nameof(Routers)}=1.");
        }

        if (builder.ExecutionContext.IsPublishMode)
        {
            settings.Servers = settings.Servers is ServerKind.Auto or ServerKind.Containers
                ? ServerKind.Containers
                : throw new ValidationException($"Only {Section}:{nameof(Servers)}=containers can be published, not {settings.Servers}.");
        }
        else if (settings.Servers == ServerKind.Auto)
        {
            settings.Servers = ContainerEngine.Answers() ? ServerKind.Containers : ServerKind.Embedded;
        }

        // Relative to the solution, so that it is the same one from wherever the AppHost is started.
        settings.Data = Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", settings.Data));
        return settings;
    }
}
