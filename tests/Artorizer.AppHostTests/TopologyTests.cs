namespace Artorizer.AppHostTests;

/// <summary>The graph of the topology with containers, without starting any of it.</summary>
public sealed class TopologyTests
{
    private static readonly string[] State = ["cache", "queue", "storage"];

    [Fact]
    public async Task HasThreeContainersThreeProjectsAndTheS3ConnectionString()
    {
        await using var model = await AppHostModel.BuildAsync("containers");

        Assert.Equal(State, model.Resources.OfType<ContainerResource>().Select(static r => r.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["processor", "router", "worker"], model.Resources.OfType<ProjectResource>().Select(static r => r.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            "Endpoint={storage.bindings.api.url};AccessKey={storage-user.value};SecretKey={storage-password.value}",
            model.Get<IResourceWithConnectionString>("s3").ConnectionStringExpression.ValueExpression);
    }

    [Theory]
    [InlineData("cache", "/data")]
    [InlineData("queue", "/var/lib/rabbitmq")]
    [InlineData("storage", "/data")]
    public async Task StateIsKeptOnAVolume(string container, string target)
    {
        await using var model = await AppHostModel.BuildAsync("containers");

        var mount = Assert.Single(model.Get(container).Annotations.OfType<ContainerMountAnnotation>());
        Assert.Equal(ContainerMountType.Volume, mount.Type);
        Assert.Equal(target, mount.Target);
        Assert.False(mount.IsReadOnly);
        Assert.False(string.IsNullOrEmpty(mount.Source));
    }

    [Theory]
    [InlineData(false, ContainerLifetime.Session)]
    [InlineData(true, ContainerLifetime.Persistent)]
    public async Task ContainersStayUpOnlyWhenAskedTo(bool persistent, ContainerLifetime expected)
    {
        await using var model = await AppHostModel.BuildAsync("containers", $"--Artorizer:Persistent={persistent}");

        foreach (var name in State)
        {
            Assert.Equal(expected, Assert.Single(model.Get(name).Annotations.OfType<ContainerLifetimeAnnotation>()).Lifetime);
        }
    }

    [Fact]
    public async Task ThePasswordOfTheStorageIsGeneratedAndSecret()
    {
        await using var model = await AppHostModel.BuildAsync("containers");

        var password = model.Get<ParameterResource>("storage-password");
        Assert.True(password.Secret);
        var value = await password.GetValueAsync(TestContext.Current.CancellationToken);
        Assert.NotNull(value);
        Assert.InRange(value.Length, 24, 64);
        Assert.All(value, static c => Assert.True(char.IsAsciiLetterOrDigit(c)));
    }

    [Theory]
    [InlineData("router", "cache,queue,storage")]
    [InlineData("worker", "cache,processor,queue,storage")]
    [InlineData("processor", "")]
    public async Task ServicesWaitForWhatTheyCannotStartWithout(string service, string expected)
    {
        await using var model = await AppHostModel.BuildAsync("containers");

        Assert.Equal(expected, string.Join(',', model.Waits(service)));
    }

    [Theory]
    [InlineData("router", "/health/ready")]
    [InlineData("worker", "/health/ready")]
    [InlineData("processor", "/health/ready")]
    [InlineData("storage", "/minio/health/live")]
    public async Task HealthIsAskedFor(string resource, string path)
    {
        await using var model = await AppHostModel.BuildAsync("containers");

        Assert.Contains(model.Get(resource).Annotations.OfType<HealthCheckAnnotation>(), check => check.Key.Contains(path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task GrpcEndpointsSpeakHttp2AloneAndTheOthersHttp1()
    {
        await using var model = await AppHostModel.BuildAsync("containers");

        Assert.Equal(["grpc", "http"], model.Endpoints("router"));
        Assert.Equal(["grpc", "http"], model.Endpoints("processor"));
        Assert.Equal(["http"], model.Endpoints("worker"));
        foreach (var service in (string[])["router", "processor"])
        {
            Assert.Equal("http2", model.Endpoint(service, "grpc").Transport);
            Assert.Equal("http", model.Endpoint(service, "http").Transport);
            var environment = await model.EnvironmentAsync(service);
            Assert.Equal("Http2", environment["Kestrel__Endpoints__grpc__Protocols"]);
            Assert.Equal("Http1", environment["Kestrel__Endpoints__http__Protocols"]);
            Assert.Equal($"http://localhost:{{{service}.bindings.grpc.targetPort}}", environment["Kestrel__Endpoints__grpc__Url"]);
            Assert.Equal($"http://localhost:{{{service}.bindings.http.targetPort}}", environment["Kestrel__Endpoints__http__Url"]);
        }
    }

    [Fact]
    public async Task OnlyTheRoutersHttpEndpointIsExternal()
    {
        await using var model = await AppHostModel.BuildAsync("containers");

        var external = from resource in model.Resources
                       from endpoint in resource.Annotations.OfType<EndpointAnnotation>()
                       where endpoint.IsExternal
                       select $"{resource.Name}/{endpoint.Name}";
        Assert.Equal(["router/http"], external);
    }

    [Fact]
    public async Task ReplicasOnOneMachineGetPortsOfTheirOwn()
    {
        await using var model = await AppHostModel.BuildAsync("containers");

        (string, string)[] endpoints =
            [("router", "http"), ("router", "grpc"), ("processor", "grpc"), ("processor", "http"), ("worker", "http")];
        foreach (var (service, endpoint) in endpoints)
        {
            Assert.Null(model.Endpoint(service, endpoint).TargetPort);
        }
    }

    [Theory]
    [InlineData("router")]
    [InlineData("worker")]
    public async Task RouterAndWorkerGetTheStoresAndTheEngine(string service)
    {
        await using var model = await AppHostModel.BuildAsync("containers");

        var environment = await model.EnvironmentAsync(service);
        Assert.Equal("{cache.connectionString}", environment["ConnectionStrings__cache"]);
        Assert.Equal("{queue.connectionString}", environment["ConnectionStrings__queue"]);
        Assert.Equal("{s3.connectionString}", environment["ConnectionStrings__s3"]);
        Assert.Equal("{processor.bindings.grpc.url}", environment["services__processor__grpc__0"]);
        // Addresses that Kestrel would warn of.
        Assert.DoesNotContain("ASPNETCORE_URLS", environment.Keys);
    }

    [Fact]
    public async Task TheEngineGetsNoCredentials()
    {
        await using var model = await AppHostModel.BuildAsync("containers");

        Assert.DoesNotContain(
            (await model.EnvironmentAsync("processor")).Keys, static key => key.StartsWith("ConnectionStrings__", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ARunOnThisMachineNeedsNoKey()
    {
        await using var model = await AppHostModel.BuildAsync("containers");

        Assert.DoesNotContain((await model.EnvironmentAsync("router")).Keys, static key => key.StartsWith("ApiKeys__", StringComparison.Ordinal));
        Assert.DoesNotContain(model.Resources, static resource => resource.Name == "api-key");
    }

    [Fact]
    public async Task ReplicasAreConfigurable()
    {
        await using var standard = await AppHostModel.BuildAsync("containers");
        await using var other = await AppHostModel.BuildAsync(
            "containers", "--Artorizer:Processors=3", "--Artorizer:Workers=4", "--Artorizer:Routers=2");

        Assert.Equal((2, 2, 1), (Replicas(standard, "processor"), Replicas(standard, "worker"), Replicas(standard, "router")));
        Assert.Equal((3, 4, 2), (Replicas(other, "processor"), Replicas(other, "worker"), Replicas(other, "router")));

        static int Replicas(AppHostModel model, string service) => model.Get(service).Annotations.OfType<ReplicaAnnotation>().Last().Replicas;
    }
}
