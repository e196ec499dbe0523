using Artorizer.LocalServers;

namespace Artorizer.IntegrationTests.Stores.Redis;

public sealed class RedisServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_is_killed_starts_again_on_its_port_with_its_data()
    {
        RedisFixture.RequireInstalled();
        await using var server = new RedisServer(password: "s3cret");
        await server.StartAsync(Token);
        var connectionString = server.ConnectionString;
        Assert.Equal("OK", await server.CommandAsync(["set", "k", "v"], Token));

        await server.WrittenAsync(Token);
        await server.KillAsync();
        await server.StartAsync(Token);

        Assert.Equal("v", await server.CommandAsync(["get", "k"], Token));
        Assert.Equal(connectionString, server.ConnectionString);
    }

    [Fact]
    public async Task Clients_must_know_the_password()
    {
        RedisFixture.RequireInstalled();
        await using var server = new RedisServer(password: "s3cret");
        await server.StartAsync(Token);

        Assert.Contains("NOAUTH", await server.CommandAsync(["--pass", "", "get", "k"], Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_left_behind()
    {
        string folder;
        RedisFixture.RequireInstalled();
        await using (var server = new RedisServer())
        {
            await server.StartAsync(Token);
            folder = server.Folder;
            Assert.True(Directory.Exists(folder));
        }

        Assert.False(Directory.Exists(folder));
    }
}
