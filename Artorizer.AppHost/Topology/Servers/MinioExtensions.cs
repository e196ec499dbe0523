namespace Artorizer.AppHost.Topology.Servers;

/// <summary>Adds the object storage to the topology.</summary>
internal static class MinioExtensions
{
    private const string Registry = "docker.io";
    private const string Image = "minio/minio";

    // The last one that was published; later releases come as source only.
    private const string Tag = "RELEASE.2025-09-07T16-13-09Z";
    private const int ApiPort = 9000;
    private const int ConsolePort = 9001;
    private const int PasswordLength = 24;

    /// <summary>Adds MinIO with its console, a volume, and a password that is made once and kept with the user's secrets.</summary>
    public static IResourceBuilder<MinioResource> AddMinio(this IDistributedApplicationBuilder builder, [ResourceName] string name)
    {
        var user = builder.AddParameter($"{name}-user", "artorizer", publishValueAsDefault: true);

        // Letters and digits: it becomes a part of the connection string.
        var password = builder.AddParameter(
            $"{name}-password",
            new GenerateParameterDefault { MinLength = PasswordLength, Special = false },
            secret: true,
            persist: true);

        var storage = builder.AddResource(new MinioResource(name, user.Resource, password.Resource));
        return storage
            .WithImage(Image, Tag)
            .WithImageRegistry(Registry)
            .WithArgs("server", "/data", "--console-address", $":{ConsolePort}")
            .WithEnvironment("MINIO_ROOT_USER", user)
            .WithEnvironment("MINIO_ROOT_PASSWORD", password)
            .WithVolume(VolumeNameGenerator.Generate(storage, "data"), "/data")
            .WithHttpEndpoint(targetPort: ApiPort, name: MinioResource.Api)
            .WithHttpEndpoint(targetPort: ConsolePort, name: MinioResource.Console)
            .WithUrlForEndpoint(MinioResource.Console, static url => url.DisplayText = "Console")
            .WithHttpHealthCheck("/minio/health/live", endpointName: MinioResource.Api);
    }
}
