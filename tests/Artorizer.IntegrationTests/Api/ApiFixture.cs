using Artorizer.IntegrationTests.Engine;

namespace Artorizer.IntegrationTests.Api;

/// <summary>One host for all tests that do not need settings of their own; pictures and the Pillow peer come from the engine's tests.</summary>
public sealed class ApiFixture(EngineFixture engine) : IAsyncLifetime
{
    /// <summary>Lets the host reach servers of the tests.</summary>
    public static Dictionary<string, string?> LoopbackAllowed => new() { ["Outbound:AllowedNetworks:0"] = "127.0.0.0/8" };

    public ArtorizerHost Host { get; private set; } = null!;

    public PillowPeer Pillow => engine.Pillow;

    /// <summary>Bytes of a generated picture that were never sent before, so that the host does not know them.</summary>
    public byte[] Picture(string name) => Pictures.Fresh(File.ReadAllBytes(engine.PathOf(name)));

    /// <summary>The generated picture as it is.</summary>
    public byte[] Plain(string name) => File.ReadAllBytes(engine.PathOf(name));

    public async ValueTask InitializeAsync() => Host = await ArtorizerHost.StartAsync(new Dictionary<string, string?>(LoopbackAllowed)
    {
        ["Worker:RetryDelay"] = "00:00:00.100",
    });

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
