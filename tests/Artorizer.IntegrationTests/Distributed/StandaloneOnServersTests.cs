using System.Net;
using Artorizer.IntegrationTests.Api;

namespace Artorizer.IntegrationTests.Distributed;

/// <summary>The single process with all three connection strings: it grew out of one machine, and keeps nothing on it.</summary>
public sealed class StandaloneOnServersTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_all_three_servers_nothing_embedded_is_opened_or_mapped()
    {
        var servers = await DistributedServers.GetAsync();
        var name = $"standalone-{Guid.NewGuid():N}";
        await using var host = await EmbeddedArtorizerHost.LaunchAsync(
            new Dictionary<string, string?>
            {
                ["ConnectionStrings:cache"] = servers.Cache.ConnectionString,
                ["ConnectionStrings:queue"] = servers.Queue.ConnectionString,
                ["ConnectionStrings:s3"] = servers.Storage.ConnectionString,
                ["Redis:KeyPrefix"] = $"{{{name}}}",
                ["RabbitMq:Prefix"] = name,
                ["S3:Bucket"] = name,
            },
            data: null, []);

        using var body = new StringContent("""{"type":"echo","data":1}""", null, "application/json");
        using var task = await host.Client.PostAsync(new Uri("queue", UriKind.Relative), body, Token);
        Assert.True(task.IsSuccessStatusCode, $"{task.StatusCode}");
        using var unmapped = await host.Client.GetAsync(new Uri("objects/any", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, unmapped.StatusCode);
        Assert.Empty(Directory.GetFileSystemEntries(host.Data));
        Assert.Equal(0, await host.StopAsync());
    }
}
