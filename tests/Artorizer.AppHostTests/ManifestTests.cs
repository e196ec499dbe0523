using System.Text.Json;

namespace Artorizer.AppHostTests;

/// <summary>The manifest that azd deploys from.</summary>
public sealed class ManifestTests(PublishedManifest manifest) : IClassFixture<PublishedManifest>
{
    [Fact]
    public async Task IsTheReviewedOne()
    {
        var reviewed = await File.ReadAllTextAsync(
            Path.Combine(PublishedManifest.Root, PublishedManifest.ReviewedPath), TestContext.Current.CancellationToken);

        Assert.True(
            manifest.Text.TrimEnd() == reviewed.TrimEnd(),
            $"""
            The model publishes another manifest than {PublishedManifest.ReviewedPath}. If it should, write the file anew, read the
            difference, and bring deploy/compose.yaml along:

              dotnet run --project Artorizer.AppHost --no-launch-profile -- \
                --operation publish --step publish-manifest --output-path "$PWD/{PublishedManifest.ReviewedPath}"

            {FirstDifference(reviewed, manifest.Text)}
            """);
    }

    [Fact]
    public void HoldsTheSixResourcesAndTheConnectionString()
    {
        Assert.Equal(["processor", "router", "worker"], OfType("project"));
        Assert.Equal(["cache", "queue", "storage"], OfType("container"));
        Assert.Equal(
            "Endpoint={storage.bindings.api.url};AccessKey={storage-user.value};SecretKey={storage-password.value}",
            Resource("s3").GetProperty("connectionString").GetString());
    }

    [Fact]
    public void OnlyTheRoutersHttpBindingIsExternalAndNothingListensForHttps()
    {
        var bindings = (from resource in manifest.Resources.EnumerateObject()
                        where resource.Value.TryGetProperty("bindings", out _)
                        from binding in resource.Value.GetProperty("bindings").EnumerateObject()
                        select (Name: $"{resource.Name}/{binding.Name}", binding.Value)).ToArray();
        Assert.Equal(
            ["router/http"],
            bindings.Where(static b => b.Value.TryGetProperty("external", out var external) && external.GetBoolean()).Select(static b => b.Name));
        Assert.DoesNotContain(bindings, static b => b.Value.GetProperty("scheme").GetString() == "https");
        Assert.Equal(
            ["processor/grpc", "router/grpc"],
            bindings.Where(static b => b.Value.GetProperty("transport").GetString() == "http2")
                .Select(static b => b.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TheEnginesGrpcBindingComesFirst()
    {
        // azd gives the gateway, which spreads calls over replicas, to a service's first HTTP binding.
        Assert.Equal("grpc", Resource("processor").GetProperty("bindings").EnumerateObject().First().Name);
    }

    [Fact]
    public void ServicesListenOnEveryAddressOfTheirContainers()
    {
        var environment = Resource("router").GetProperty("env");
        Assert.Equal("http://*:{router.bindings.http.targetPort}", environment.GetProperty("Kestrel__Endpoints__http__Url").GetString());
        Assert.Equal("http://*:{router.bindings.grpc.targetPort}", environment.GetProperty("Kestrel__Endpoints__grpc__Url").GetString());
        Assert.False(environment.TryGetProperty("HTTP_PORTS", out _));
    }

    [Fact]
    public void TheRouterGetsAGeneratedKey()
    {
        var environment = Resource("router").GetProperty("env");
        Assert.Equal("{api-key.value}", environment.GetProperty("ApiKeys__Keys__0__Key").GetString());
        Assert.Equal("default", environment.GetProperty("ApiKeys__Keys__0__Owner").GetString());
        var input = Resource("api-key").GetProperty("inputs").GetProperty("value");
        Assert.True(input.GetProperty("secret").GetBoolean());
        Assert.InRange(input.GetProperty("default").GetProperty("generate").GetProperty("minLength").GetInt32(), 24, 512);
    }

    [Fact]
    public void ClientsAreNotSentToTheStorage()
    {
        Assert.Equal("false", Resource("router").GetProperty("env").GetProperty("DirectAccess__Enabled").GetString());
    }

    [Fact]
    public void RedisWritesEveryChangeAndKeepsItsPassword()
    {
        var arguments = Resource("cache").GetProperty("args").EnumerateArray().Select(static a => a.GetString()).ToArray();
        Assert.Equal(2, arguments.Length);
        Assert.Equal("-c", arguments[0]);
        Assert.StartsWith("redis-server ", arguments[1], StringComparison.Ordinal);
        Assert.Contains("--requirepass $REDIS_PASSWORD", arguments[1], StringComparison.Ordinal);
        Assert.EndsWith(" --appendonly yes", arguments[1], StringComparison.Ordinal);
    }

    private static string FirstDifference(string reviewed, string published)
    {
        var (before, now) = (reviewed.TrimEnd().Split('\n'), published.TrimEnd().Split('\n'));
        var line = before.Zip(now).TakeWhile(static pair => pair.First == pair.Second).Count();
        return $"Line {line + 1}, reviewed:  {before.ElementAtOrDefault(line)?.Trim()}\n"
            + $"Line {line + 1}, published: {now.ElementAtOrDefault(line)?.Trim()}";
    }

    private JsonElement Resource(string name) => manifest.Resources.GetProperty(name);

    private string[] OfType(string type) =>
        [.. manifest.Resources.EnumerateObject()
            .Where(r => r.Value.GetProperty("type").GetString()!.StartsWith(type + ".", StringComparison.Ordinal))
            .Select(static r => r.Name)
            .Order(StringComparer.Ordinal)];
}
