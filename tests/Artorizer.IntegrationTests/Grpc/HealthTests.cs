using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Artorizer.IntegrationTests.Grpc;

/// <summary>The health service on ASP.NET Core's health checks.</summary>
public sealed class HealthTests : IAsyncLifetime
{
    private volatile bool _broken;
    private InteropServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await InteropServer.StartAsync(
        services: services =>
        {
            services.Configure<HealthCheckPublisherOptions>(options =>
            {
                options.Delay = TimeSpan.FromMilliseconds(50);
                options.Period = TimeSpan.FromSeconds(1);
            });
            services
                .AddGrpcHealthChecks(options => options.Services.Map("database", check => check.Tags.Contains("database")))
                .AddCheck("always", () => HealthCheckResult.Healthy())
                .AddCheck("switch", () => _broken ? HealthCheckResult.Unhealthy() : HealthCheckResult.Healthy(), ["database"]);
        },
        map: application => application.MapGrpcHealthChecksService());

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Check_tells_the_present_health_of_each_service()
    {
        using var channel = _server.Connect();
        var client = new Health.HealthClient(channel);
        Assert.Equal(ServingStatus.Serving, await CheckAsync(""));
        Assert.Equal(ServingStatus.Serving, await CheckAsync("database"));
        _broken = true;
        Assert.Equal(ServingStatus.NotServing, await CheckAsync(""));
        Assert.Equal(ServingStatus.NotServing, await CheckAsync("database"));
        var unknown = await Assert.ThrowsAsync<RpcException>(() => CheckAsync("unknown"));
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);

        async Task<ServingStatus> CheckAsync(string service) =>
            (await client.CheckAsync(new HealthCheckRequest { Service = service }, cancellationToken: Stop)).Status;
    }

    [Fact]
    public async Task Watch_tells_every_change_and_ends_with_the_server()
    {
        using var channel = _server.Connect();
        using var watch = new Health.HealthClient(channel).Watch(new HealthCheckRequest { Service = "database" }, cancellationToken: Stop);
        Assert.Equal(ServingStatus.Serving, await NextAsync());
        _broken = true;
        Assert.Equal(ServingStatus.NotServing, await NextAsync());
        _broken = false;
        Assert.Equal(ServingStatus.Serving, await NextAsync());

        using var unknown = new Health.HealthClient(channel).Watch(new HealthCheckRequest { Service = "unknown" }, cancellationToken: Stop);
        Assert.True(await unknown.ResponseStream.MoveNext(Stop));
        Assert.Equal(ServingStatus.ServiceUnknown, unknown.ResponseStream.Current.Status);
        unknown.Dispose();

        var stopping = _server.StopAsync();
        Assert.Equal(ServingStatus.NotServing, await NextAsync());
        Assert.False(await watch.ResponseStream.MoveNext(Stop));
        await stopping;

        async Task<ServingStatus> NextAsync()
        {
            Assert.True(await watch.ResponseStream.MoveNext(Stop));
            return watch.ResponseStream.Current.Status;
        }
    }
}
