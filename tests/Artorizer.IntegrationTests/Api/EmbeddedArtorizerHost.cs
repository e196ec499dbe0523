namespace Artorizer.IntegrationTests.Api;

/// <summary>Artorizer.Standalone on embedded stores.</summary>
public sealed class EmbeddedArtorizerHost : ArtorizerHost
{
    private readonly StandaloneHost _host;

    private EmbeddedArtorizerHost(StandaloneHost host)
        : base(host.Data, host.Address, host.GrpcAddress)
    {
        _host = host;
    }

    public override int ProcessId => _host.ProcessId;

    public override string Output => _host.Output;

    /// <summary>Starts a host and waits until it takes jobs.</summary>
    /// <param name="settings">Configuration, such as <c>Limits:MaxFileBytes</c>.</param>
    /// <param name="data">The data folder of an earlier host, or <see langword="null"/> for a new one.</param>
    /// <param name="arguments">Further arguments.</param>
    public static async Task<EmbeddedArtorizerHost> LaunchAsync(
        IReadOnlyDictionary<string, string?>? settings, string? data, IReadOnlyList<string> arguments) =>
        new(await StandaloneHost.StartAsync(settings, data, arguments));

    public override Task<int> StopAsync() => _host.StopAsync();

    public override Task KillAsync() => _host.KillAsync();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _host.DisposeAsync();
    }
}
