using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Artorizer.IntegrationTests.Grpc;

/// <summary>The interop service on Kestrel, on a free loopback port and on a Unix domain socket.</summary>
public sealed class InteropServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private InteropServer(WebApplication application, string socketPath)
    {
        _application = application;
        SocketPath = socketPath;
        Address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!
            .Addresses.Single(address => address.Contains("127.0.0.1", StringComparison.Ordinal));
    }

    /// <summary>For example <c>http://127.0.0.1:40123</c>.</summary>
    public string Address { get; }

    public string Authority => new Uri(Address).Authority;

    public string SocketPath { get; }

    public IServiceProvider Services => _application.Services;

    public static async Task<InteropServer> StartAsync(
        Action<GrpcServiceOptions>? configure = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? map = null)
    {
        var socketPath = Path.Combine(Path.GetTempPath(), $"interop-{Guid.NewGuid():N}.sock");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.ListenUnixSocket(socketPath, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddGrpc(options => configure?.Invoke(options));
        services?.Invoke(builder.Services);
        var application = builder.Build();
        application.MapGrpcService<InteropService>();
        map?.Invoke(application);
        await application.StartAsync();
        return new InteropServer(application, socketPath);
    }

    public GrpcChannel Connect(Action<GrpcChannelOptions>? configure = null)
    {
        var options = new GrpcChannelOptions();
        configure?.Invoke(options);
        return GrpcChannel.ForAddress(Address, options);
    }

    public Task StopAsync() => _application.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        File.Delete(SocketPath);
    }
}
