using System.Security.Cryptography;

namespace Artorizer.IntegrationTests.Api;

/// <summary>Tests of the whole application from outside. What the hosts printed is shown when a test fails.</summary>
[Collection(nameof(ApiTest))]
public abstract class ApiTest(ApiFixture api) : IAsyncDisposable
{
    private const int ShownLength = 20_000;
    private readonly List<ArtorizerHost> _hosts = [];

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected ApiFixture Api => api;

    /// <summary>The shared host.</summary>
    protected ArtorizerHost Host => api.Host;

    /// <summary>Calls the shared host.</summary>
    protected HttpClient Client => api.Host.Client;

    public async ValueTask DisposeAsync()
    {
        var failed = TestContext.Current.TestState?.Result == TestResult.Failed;
        foreach (var host in failed ? [api.Host, .. _hosts] : (ArtorizerHost[])[])
        {
            var output = host.Output;
            TestContext.Current.TestOutputHelper?.WriteLine($"Output of {host.Address}:\n{output[Math.Max(0, output.Length - ShownLength)..]}");
        }

        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }
    }

    /// <summary>A picture of some size that was never sent before: a small JPEG with bytes after its end, which decoders pass over.</summary>
    protected byte[] Large(int size)
    {
        var picture = Api.Picture("small.jpg");
        Assert.True(picture.Length < size);
        return [.. picture, .. RandomNumberGenerator.GetBytes(size - picture.Length)];
    }

    /// <summary>What the shared host keeps, once it works on no image of an earlier test, whose files would come meanwhile.</summary>
    private protected async Task<StoredState> QuietStateAsync()
    {
        await Eventually.TrueAsync(async () => !await WorksOnImagesAsync("queued") && !await WorksOnImagesAsync("processing"));
        return await StoredState.ReadAsync(Host.Data);

        async Task<bool> WorksOnImagesAsync(string status) => (await Client.GetJsonAsync($"jobs?limit=1000&status={status}"))["jobs"]!.AsArray()
            .Any(job => (string?)job!["type"] == "protect_image");
    }

    /// <summary>A host for this test alone; stopped at its end.</summary>
    protected async Task<ArtorizerHost> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null, string? data = null, params IReadOnlyList<string> arguments)
    {
        var host = await ArtorizerHost.StartAsync(settings, data, arguments);
        _hosts.Add(host);
        return host;
    }
}

/// <summary>The tests of the application take turns: they measure, and share a machine.</summary>
[CollectionDefinition(nameof(ApiTest))]
public sealed class ApiTestCollection : ICollectionFixture<ApiFixture>;

/// <summary>Those that start many hosts of their own take turns among themselves.</summary>
[CollectionDefinition(nameof(OwnHosts))]
public sealed class OwnHosts : ICollectionFixture<ApiFixture>;
