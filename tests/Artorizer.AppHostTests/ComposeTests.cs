using YamlDotNet.RepresentationModel;

namespace Artorizer.AppHostTests;

/// <summary>The Docker Compose file.</summary>
public sealed class ComposeTests
{
    [Fact]
    public async Task HasTheTopologyAndTheDashboard()
    {
        var file = await PublishAsync();

        Assert.Equal(
            ["cache", "compose-dashboard", "processor", "queue", "router", "storage", "worker"],
            Keys(file, "services").Order(StringComparer.Ordinal));
        Assert.Equal(3, Keys(file, "volumes").Count());
    }

    [Fact]
    public async Task HasReplicasAsConfigured()
    {
        var file = await PublishAsync("--Artorizer:Workers=5");

        Assert.Equal("5", Text(file, "services", "worker", "deploy", "replicas"));
        Assert.Equal("2", Text(file, "services", "processor", "deploy", "replicas"));
        Assert.Equal("1", Text(file, "services", "router", "deploy", "replicas"));
    }

    [Fact]
    public async Task WaitsUntilWhatIsNeededIsHealthy()
    {
        var file = await PublishAsync();

        foreach (var service in (string[])["cache", "queue", "storage", "processor", "worker", "router"])
        {
            Assert.NotEmpty(Assert.IsType<YamlSequenceNode>(Node(file, "services", service, "healthcheck", "test")));
        }

        foreach (var needed in (string[])["cache", "queue", "storage", "processor"])
        {
            Assert.Equal("service_healthy", Text(file, "services", "worker", "depends_on", needed, "condition"));
        }
    }

    [Fact]
    public async Task OpensTheRouterAndTheDashboardOnly()
    {
        var file = await PublishAsync();

        var open = from service in Keys(file, "services")
                   where ((YamlMappingNode)Node(file, "services", service)).Children.ContainsKey("ports")
                   from port in (YamlSequenceNode)Node(file, "services", service, "ports")
                   select $"{service} {port}";
        Assert.Equal(["compose-dashboard 18888:18888", "router 7000:8080"], open.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task SeveralRoutersShareNoPortOfTheHost()
    {
        var file = await PublishAsync("--Artorizer:Routers=2");

        Assert.Equal("8080", Assert.Single((YamlSequenceNode)Node(file, "services", "router", "ports")).ToString());
    }

    [Fact]
    public async Task SecretsAreLeftToTheEnvironmentFile()
    {
        using var output = await PublishedOutput.RunAsync("publish", "compose", "--Artorizer:Compose=true");

        var names = output.Read("compose", ".env").Split('\n', StringSplitOptions.TrimEntries).Where(static line => line.EndsWith('=')).Order(StringComparer.Ordinal);
        Assert.Equal(
            ["API_KEY=", "CACHE_PASSWORD=", "PROCESSOR_IMAGE=", "QUEUE_PASSWORD=", "ROUTER_IMAGE=", "STORAGE_PASSWORD=", "STORAGE_USER=", "WORKER_IMAGE="],
            names);
        Assert.Equal("${API_KEY}", Text(Parse(output), "services", "router", "environment", "ApiKeys__Keys__0__Key"));
    }

    private static async Task<YamlMappingNode> PublishAsync(params string[] settings)
    {
        using var output = await PublishedOutput.RunAsync("publish", "compose", ["--Artorizer:Compose=true", .. settings]);
        return Parse(output);
    }

    private static YamlMappingNode Parse(PublishedOutput output)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(output.Read("compose", "docker-compose.yaml")));
        return Assert.IsType<YamlMappingNode>(Assert.Single(yaml.Documents).RootNode);
    }

    private static YamlNode Node(YamlMappingNode root, params string[] path) => path.Aggregate((YamlNode)root, static (node, key) => node[key]);

    private static string Text(YamlMappingNode root, params string[] path) => Node(root, path).ToString();

    private static IEnumerable<string> Keys(YamlMappingNode root, params string[] path) =>
        ((YamlMappingNode)Node(root, path)).Children.Keys.Select(static key => key.ToString());
}
