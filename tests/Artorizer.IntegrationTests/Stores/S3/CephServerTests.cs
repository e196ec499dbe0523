using System.Net.Sockets;
using Artorizer.LocalServers;

namespace Artorizer.IntegrationTests.Stores.S3;

/// <summary>The S3 server that the distributed mode and the tests start.</summary>
public sealed class CephServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Length", "long")]
    public async Task It_serves_restarts_on_its_address_and_leaves_nothing()
    {
        Assert.SkipUnless(CephServer.IsInstalled, "radosgw is not installed.");
        using var client = new HttpClient();
        string folder;
        string endpoint;
        await using (var server = new CephServer())
        {
            (folder, endpoint) = (server.Folder, server.Endpoint);
            await server.StartAsync(Token);
            Assert.Contains("ListAllMyBucketsResult", await client.GetStringAsync(endpoint, Token), StringComparison.Ordinal);

            await server.StopGatewayAsync();
            await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(endpoint, Token));
            await server.StartGatewayAsync(Token);
            Assert.Contains("ListAllMyBucketsResult", await client.GetStringAsync(endpoint, Token), StringComparison.Ordinal);

            await server.StopAsync();
            Assert.Empty(ProcessesOf(folder));
            await server.StartAsync(Token);
            Assert.Contains("ListAllMyBucketsResult", await client.GetStringAsync(endpoint, Token), StringComparison.Ordinal);
        }

        Assert.Empty(ProcessesOf(folder));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        Assert.SkipUnless(CephServer.IsInstalled, "radosgw is not installed.");
        await using var server = new CephServer();
        var port = new Uri(server.Endpoint).Port;
        using var other = new TcpListener(System.Net.IPAddress.Loopback, port);
        other.Start();

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => server.StartAsync(Token));
        Assert.Contains($"has taken port {port}", failure.Message, StringComparison.Ordinal);
    }

    // Every process of the server has its settings file among its arguments.
    private static List<string> ProcessesOf(string folder) => Directory.EnumerateDirectories("/proc")
        .Select(CommandOf).Where(command => command.Contains(folder, StringComparison.Ordinal)).ToList();

    private static string CommandOf(string process)
    {
        try
        {
            return File.ReadAllText($"{process}/cmdline");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Ended meanwhile, not a process, or another user's.
            return "";
        }
    }
}
