using Artorizer.Infrastructure.Embedded;
using Artorizer.Infrastructure.S3;
using Artorizer.Jobs.Objects;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Artorizer.UnitTests.Stores;

/// <summary>What a service registers, opens and maps by its connection strings alone. The servers need not be there for that.</summary>
public sealed class StoresExtensionsTests : IDisposable
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"artorizer-unit-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_data))
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    [Fact]
    public async Task A_service_on_three_servers_opens_and_maps_nothing_embedded()
    {
        await using var service = Build("cache", "queue", "s3");

        Assert.Null(service.Services.GetService<EmbeddedStores>());
        Assert.IsType<S3ObjectStore>(service.Services.GetRequiredService<IObjectStore>());
        Assert.Empty(Routes(service));
        Assert.False(Directory.Exists(_data));
    }

    [Theory]
    [InlineData("cache", "queue")]
    [InlineData]
    public async Task A_service_with_embedded_objects_maps_their_addresses(params string[] servers)
    {
        await using var service = Build(servers);

        Assert.Equal(["/objects/{**key}", "/objects/{**key}"], Routes(service));
    }

    [Fact]
    public async Task Objects_on_a_server_have_their_addresses_there_though_jobs_are_embedded()
    {
        await using var service = Build("s3");

        Assert.NotNull(service.Services.GetService<EmbeddedStores>());
        Assert.Empty(Routes(service));
    }

    private static IEnumerable<string?> Routes(IEndpointRouteBuilder service) =>
        service.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Select(endpoint => endpoint.RoutePattern.RawText);

    private WebApplication Build(params string[] servers)
    {
        var strings = new Dictionary<string, string?>
        {
            ["cache"] = "127.0.0.1:1,abortConnect=false",
            ["queue"] = "amqp://guest:guest@127.0.0.1:1",
            ["s3"] = "Endpoint=http://127.0.0.1:1;AccessKey=a;SecretKey=s",
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(servers.Select(server => KeyValuePair.Create($"ConnectionStrings:{server}", strings[server])));
        builder.Configuration["Embedded:DataDirectory"] = _data;
        builder.AddStores();
        var service = builder.Build();
        service.MapStores();
        return service;
    }
}
