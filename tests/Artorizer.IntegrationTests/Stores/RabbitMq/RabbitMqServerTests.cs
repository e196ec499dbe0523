using System.Diagnostics;
using System.Net.NetworkInformation;
using Artorizer.LocalServers;

namespace Artorizer.IntegrationTests.Stores.RabbitMq;

/// <summary>The broker that the distributed mode and the tests start: its own in everything, and gone without a trace.</summary>
public sealed class RabbitMqServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Length", "long")]
    public async Task It_listens_on_the_loopback_only_restarts_with_its_data_and_leaves_nothing()
    {
        Assert.SkipUnless(RabbitMqServer.IsInstalled, "rabbitmq-server is not installed.");
        string folder;
        await using (var server = new RabbitMqServer())
        {
            folder = server.Folder;
            await server.StartAsync(Token);
            Assert.Equal(["127.0.0.1"], Listeners(server.Port));
            await server.ControlAsync(Token, "add_vhost", "kept");

            await server.KillAsync();
            Assert.Empty(Listeners(server.Port));
            Assert.Empty(ProcessesOf(folder));

            await server.StartAsync(Token);
            Assert.Contains("kept", await server.ControlAsync(Token, "list_vhosts"), StringComparison.Ordinal);
            await server.StopAsync();
            Assert.Empty(ProcessesOf(folder));
        }

        Assert.False(Directory.Exists(folder));
    }

    private static List<string> Listeners(int port) => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
        .Where(listener => listener.Port == port).Select(listener => listener.Address.ToString()).ToList();

    // Every process of the server runs with HOME in its folder. A child that just saw its parent end takes a moment to follow.
    private static List<string> ProcessesOf(string folder)
    {
        var clock = Stopwatch.StartNew();
        List<string> left;
        do
        {
            left = Directory.EnumerateDirectories("/proc").Where(process => EnvironmentOf(process).Contains(folder, StringComparison.Ordinal))
                .Select(process => File.ReadAllText($"{process}/cmdline")).ToList();
        }
        while (left.Count > 0 && clock.Elapsed < TimeSpan.FromSeconds(30));
        return left;
    }

    private static string EnvironmentOf(string process)
    {
        try
        {
            return File.ReadAllText($"{process}/environ");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Ended meanwhile, not a process, or another user's.
            return "";
        }
    }
}
