using System.ComponentModel.DataAnnotations;

namespace Artorizer.Standalone;

/// <summary>Where the single process listens and keeps its data; section <c>Host</c>.</summary>
internal sealed class StandaloneOptions
{
    public const string Section = "Host";

    /// <summary>Address to listen on: <c>localhost</c>, an IP address, or <c>*</c> for all. Default localhost.</summary>
    [Required]
    public string Address { get; set; } = "localhost";

    /// <summary>Port of the page and the HTTP API. Default 7000.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 7000;

    /// <summary>Port of the public gRPC API. Default 50051.</summary>
    [Range(1, 65535)]
    public int GrpcPort { get; set; } = 50051;

    /// <summary>Port of the image engine; always on the loopback interface. Default 8000.</summary>
    [Range(1, 65535)]
    public int ProcessorPort { get; set; } = 8000;

    /// <summary>Folder of the database and the images. Default <c>data</c> in the working directory.</summary>
    [Required]
    public string Data { get; set; } = "data";

    /// <summary>Where this machine reaches the router.</summary>
    public Uri LocalUrl => new($"http://{LocalHost}:{Port}");

    /// <summary>Name to show in addresses.</summary>
    public string LocalHost => Address is "*" or "+" or "0.0.0.0" or "[::]" or "::" ? "localhost" : Address;
}
