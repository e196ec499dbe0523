namespace Artorizer.AppHostTests;

/// <summary>The forms of the model beside each other: what a service gets must not depend on where its servers come from.</summary>
public sealed class FormsTests
{
    private static readonly string[] Services = ["processor", "router", "worker"];

    // Parts of connection strings that Aspire's own servers offer beside the whole; no service reads them.
    private static readonly string[] Incidental = ["CACHE_", "QUEUE_"];

    [Fact]
    public async Task LocalServersHaveTheNamesOfTheContainers()
    {
        await using var containers = await AppHostModel.BuildAsync("containers");
        await using var local = await AppHostModel.BuildAsync("local");

        Assert.Equal(
            ["cache", "processor", "queue", "router", "s3", "storage", "worker"],
            Named(local));
        Assert.Equal(Named(containers), Named(local));
        Assert.Empty(local.Resources.OfType<ContainerResource>());
    }

    [Theory]
    [InlineData("processor")]
    [InlineData("router")]
    [InlineData("worker")]
    public async Task AServiceIsTheSameInBoth(string service)
    {
        await using var containers = await AppHostModel.BuildAsync("containers");
        await using var local = await AppHostModel.BuildAsync("local");

        Assert.Equal(await EnvironmentAsync(containers, service), await EnvironmentAsync(local, service));
        Assert.Equal(containers.Waits(service), local.Waits(service));
        Assert.Equal(containers.HealthChecks(service), local.HealthChecks(service));
        Assert.Equal(containers.Endpoints(service), local.Endpoints(service));
        Assert.Equal(Commands(containers, service), Commands(local, service));
        Assert.Equal(containers.Get(service).GetReplicaCount(), local.Get(service).GetReplicaCount());
    }

    [Theory]
    [InlineData("cache")]
    [InlineData("queue")]
    [InlineData("storage")]
    public async Task EachServerIsWatchedInBoth(string server)
    {
        await using var containers = await AppHostModel.BuildAsync("containers");
        await using var local = await AppHostModel.BuildAsync("local");

        Assert.NotEmpty(containers.HealthChecks(server));
        Assert.NotEmpty(local.HealthChecks(server));
    }

    [Fact]
    public async Task TheEmbeddedFormIsOneProcessWithTheAddressesLinksAndCommandsOfTheRouter()
    {
        await using var local = await AppHostModel.BuildAsync("local");
        await using var embedded = await AppHostModel.BuildAsync("embedded", "--Artorizer:Port=7123", "--Artorizer:GrpcPort=7124");

        Assert.Equal(["artorizer"], Named(embedded));
        Assert.Equal(Commands(local, "router"), Commands(embedded, "artorizer"));
        Assert.Contains(embedded.HealthChecks("artorizer"), static check => check.Contains("/health/ready", StringComparison.Ordinal));
        Assert.Equal("http2", embedded.Endpoint("artorizer", "grpc").Transport);
        Assert.True(embedded.Endpoint("artorizer", "http").IsExternal);
        var environment = await embedded.EnvironmentAsync("artorizer");
        Assert.Equal("{artorizer.bindings.http.targetPort}", environment["Host__Port"]);
        Assert.Equal("{artorizer.bindings.grpc.targetPort}", environment["Host__GrpcPort"]);
        Assert.Equal("{artorizer.bindings.engine.targetPort}", environment["Host__ProcessorPort"]);
        Assert.True(Path.IsPathFullyQualified(environment["Host__Data"]), environment["Host__Data"]);
        Assert.DoesNotContain(environment.Keys, static key => key.StartsWith("ConnectionStrings__", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ConnectionStringsThatAreGivenTakeThePlaceOfServers()
    {
        await using var model = await AppHostModel.BuildAsync(
            "local",
            "--ConnectionStrings:cache=redis.example:6379",
            "--ConnectionStrings:queue=amqp://rabbit.example",
            "--ConnectionStrings:s3=Endpoint=http://s3.example");

        Assert.Equal(["cache", "processor", "queue", "router", "s3", "worker"], Named(model));
        Assert.Equal("{cache.connectionString}", (await model.EnvironmentAsync("worker"))["ConnectionStrings__cache"]);
    }

    [Theory]
    [InlineData("*", "0.0.0.0")]
    [InlineData("192.0.2.7", "192.0.2.7")]
    public async Task WhereOthersAreLetInTheServiceSeesThemAndNotAProxyOfThisMachine(string address, string host)
    {
        await using var local = await AppHostModel.BuildAsync("local", $"--Artorizer:Address={address}");
        await using var embedded = await AppHostModel.BuildAsync("embedded", $"--Artorizer:Address={address}");

        foreach (var name in (string[])["http", "grpc"])
        {
            foreach (var endpoint in (EndpointAnnotation[])[local.Endpoint("router", name), embedded.Endpoint("artorizer", name)])
            {
                Assert.False(endpoint.IsProxied);
                Assert.Equal((host, endpoint.Port), (endpoint.TargetHost, endpoint.TargetPort));
            }

            Assert.Equal(
                $"http://{address}:{{router.bindings.{name}.targetPort}}",
                (await local.EnvironmentAsync("router"))[$"Kestrel__Endpoints__{name}__Url"]);
        }

        Assert.Equal(address, (await embedded.EnvironmentAsync("artorizer"))["Host__Address"]);
        Assert.True(local.Endpoint("processor", "grpc").IsProxied);
        Assert.Equal("localhost", embedded.Endpoint("artorizer", "engine").TargetHost);
    }

    // What people see: not the parameters, nor what Aspire adds by itself.
    private static string[] Named(AppHostModel model) =>
    [
        .. model.Resources
            .Where(static r => r is ProjectResource or ContainerResource or ExecutableResource or IResourceWithConnectionString)
            .Select(static r => r.Name)
            .Where(static name => Services.Contains(name) || name is "artorizer" or "cache" or "queue" or "storage" or "s3")
            .Order(StringComparer.Ordinal),
    ];

    private static string[] Commands(AppHostModel model, string resource) =>
        [.. model.Get(resource).Annotations.OfType<ResourceCommandAnnotation>().Select(static command => command.Name).Order(StringComparer.Ordinal)];

    private static async Task<SortedDictionary<string, string>> EnvironmentAsync(AppHostModel model, string service) => new(
        (await model.EnvironmentAsync(service))
            .Where(static variable => !Array.Exists(Incidental, prefix => variable.Key.StartsWith(prefix, StringComparison.Ordinal)))
            .ToDictionary(),
        StringComparer.Ordinal);
}
