using System.Text.Json;

namespace Artorizer.AppHostTests;

/// <summary>The manifest that azd deploys from.</summary>
public sealed class ManifestTests
{
    [Fact]
    public async Task HoldsTheSixResourcesAndTheConnectionString()
    {
        using var manifest = await PublishAsync();

        Assert.Equal(["processor", "router", "worker"], OfType(manifest, "project"));
        Assert.Equal(["cache", "queue", "storage"], OfType(manifest, "container"));
        Assert.Equal(
            "Endpoint={storage.bindings.api.url};AccessKey={storage-user.value};SecretKey={storage-password.value}",
            Resource(manifest, "s3").GetProperty("connectionString").GetString());
    }

    [Fact]
    public async Task OnlyTheRoutersHttpBindingIsExternalAndNothingListensForHttps()
    {
        using var manifest = await PublishAsync();

        var bindings = (from resource in manifest.RootElement.GetProperty("resources").EnumerateObject()
                        where resource.Value.TryGetProperty("bindings", out _)
                        from binding in resource.Value.GetProperty("bindings").EnumerateObject()
                        select (Name: $"{resource.Name}/{binding.Name}", binding.Value)).ToArray();
        Assert.Equal(
            ["router/http"],
            bindings.Where(static b => b.Value.TryGetProperty("external", out var external) && external.GetBoolean()).Select(static b => b.Name));
        Assert.DoesNotContain(bindings, static b => b.Value.GetProperty("scheme").GetString() == "https");
        Assert.Equal(
            ["processor/grpc", "router/grpc"],
            bindings.Where(static b => b.Value.GetProperty("transport").GetString() == "http2").Select(static b => b.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task TheEnginesGrpcBindingComesFirst()
    {
        // azd gives the gateway, which spreads calls over replicas, to a service's first HTTP binding.
        using var manifest = await PublishAsync();

        Assert.Equal("grpc", Resource(manifest, "processor").GetProperty("bindings").EnumerateObject().First().Name);
    }

    [Fact]
    public async Task ServicesListenOnEveryAddressOfTheirContainers()
    {
        using var manifest = await PublishAsync();

        var environment = Resource(manifest, "router").GetProperty("env");
        Assert.Equal("http://*:{router.bindings.http.targetPort}", environment.GetProperty("Kestrel__Endpoints__http__Url").GetString());
        Assert.Equal("http://*:{router.bindings.grpc.targetPort}", environment.GetProperty("Kestrel__Endpoints__grpc__Url").GetString());
        Assert.False(environment.TryGetProperty("HTTP_PORTS", out _));
    }

    [Fact]
    public async Task TheRouterGetsAGeneratedKey()
    {
        using var manifest = await PublishAsync();

        var environment = Resource(manifest, "router").GetProperty("env");
        Assert.Equal("{api-key.value}", environment.GetProperty("ApiKeys__Keys__0__Key").GetString());
        Assert.Equal("default", environment.GetProperty("ApiKeys__Keys__0__Owner").GetString());
        var input = Resource(manifest, "api-key").GetProperty("inputs").GetProperty("value");
        Assert.True(input.GetProperty("secret").GetBoolean());
        Assert.InRange(input.GetProperty("default").GetProperty("generate").GetProperty("minLength").GetInt32(), 24, 512);
    }

    [Fact]
    public async Task ClientsAreNotSentToTheStorage()
    {
        using var manifest = await PublishAsync();

        Assert.Equal("false", Resource(manifest, "router").GetProperty("env").GetProperty("DirectAccess__Enabled").GetString());
    }

    [Fact]
    public async Task RedisWritesEveryChangeAndKeepsItsPassword()
    {
        using var manifest = await PublishAsync();

        var arguments = Resource(manifest, "cache").GetProperty("args").EnumerateArray().Select(static a => a.GetString()).ToArray();
        Assert.Equal(2, arguments.Length);
        Assert.Equal("-c", arguments[0]);
        Assert.StartsWith("redis-server ", arguments[1], StringComparison.Ordinal);
        Assert.Contains("--requirepass $REDIS_PASSWORD", arguments[1], StringComparison.Ordinal);
        Assert.EndsWith(" --appendonly yes", arguments[1], StringComparison.Ordinal);
    }

    private static async Task<JsonDocument> PublishAsync()
    {
        using var output = await PublishedOutput.RunAsync("publish-manifest", "manifest.json");
        return JsonDocument.Parse(output.Read("manifest.json"));
    }

    private static JsonElement Resource(JsonDocument manifest, string name) => manifest.RootElement.GetProperty("resources").GetProperty(name);

    private static string[] OfType(JsonDocument manifest, string type) =>
        [.. manifest.RootElement.GetProperty("resources").EnumerateObject()
            .Where(r => r.Value.GetProperty("type").GetString()!.StartsWith(type + ".", StringComparison.Ordinal))
            .Select(static r => r.Name)
            .Order(StringComparer.Ordinal)];
}
