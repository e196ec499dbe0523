using System.Security.Cryptography;
using System.Text;
using Artorizer.Client;
using Artorizer.IntegrationTests.Api;

namespace Artorizer.IntegrationTests.Client;

/// <summary>Keys, and servers that are not there.</summary>
public sealed class ClientAccessTests(ApiFixture api) : ClientTest(api)
{
    [Fact]
    public async Task The_key_opens_every_transport()
    {
        const string Key = "a-key-of-the-test";
        var host = await StartAsync(new Dictionary<string, string?>
        {
            ["ApiKeys:Keys:0:Owner"] = "ada",
            ["ApiKeys:Keys:0:Sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key))),
        });
        foreach (var protocol in ArtorizerClient.Protocols)
        {
            using var with = Connect(protocol, Key, host);
            await with.ListTasksAsync(cancellationToken: Token);

            using var without = Connect(protocol, null, host);
            Assert.Equal(401, (await RefusedAsync(() => without.ListTasksAsync(cancellationToken: Token))).Status);

            // Refused before the bytes are sent, and told so.
            using var image = new MemoryStream(new byte[8 << 20]);
            Assert.Equal(401, (await RefusedAsync(() => without.ProtectAsync(image, "a.png", Settings, cancellationToken: Token))).Status);
        }
    }

    [Fact]
    public async Task A_client_that_calls_too_often_waits_as_long_as_it_is_told()
    {
        string[] protocols = ["json", ArtorizerClientOptions.Grpc];
        var settings = new Dictionary<string, string?> { ["RateLimit:Burst"] = "1", ["RateLimit:RequestsPerSecond"] = "1" };
        foreach (var (number, protocol) in protocols.Index())
        {
            settings[$"ApiKeys:Keys:{number}:Owner"] = protocol;
            settings[$"ApiKeys:Keys:{number}:Key"] = KeyOf(protocol);
        }

        var host = await StartAsync(settings);
        await Task.WhenAll(protocols.Select(async protocol =>
        {
            using var hasty = Connect(protocol, retries: 0);
            ArtorizerException? refused = null;
            while (refused is null)
            {
                refused = await Record.ExceptionAsync(() => hasty.ListTasksAsync(cancellationToken: Token)) as ArtorizerException;
            }

            Assert.Equal((429, TimeSpan.FromSeconds(1)), (refused.Status, refused.RetryAfter));

            // Its own pauses are over long before the server takes another call.
            using var retrying = Connect(protocol, retries: 4);
            await retrying.ListTasksAsync(cancellationToken: Token);
        }));

        static string KeyOf(string protocol) => $"{protocol}-0123456789abcdefghijklmnop";

        ArtorizerClient Connect(string protocol, int retries) => new(host.Address, new ArtorizerClientOptions
        {
            Protocol = protocol,
            ApiKey = KeyOf(protocol),
            GrpcUrl = host.GrpcAddress,
            Retries = retries,
            RetryDelay = TimeSpan.FromMilliseconds(1),
        });
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_server_that_is_not_there_is_called_unreachable(string protocol)
    {
        var port = FreePorts.Take();
        var nowhere = new Uri($"http://127.0.0.1:{port}");
        using var client = new ArtorizerClient(
            nowhere, new ArtorizerClientOptions { Protocol = protocol, GrpcUrl = nowhere, Retries = 1, RetryDelay = TimeSpan.FromMilliseconds(1) });

        var refused = await RefusedAsync(() => client.QueueAsync("echo", 1, cancellationToken: Token));

        Assert.True(refused.IsUnreachable);
        Assert.Equal(0, refused.Status);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_cancelled_call_says_so(string protocol)
    {
        using var client = Connect(protocol);
        using var cancelled = new CancellationTokenSource();
        var waiting = client.WaitForJobAsync(
            (await client.QueueAsync("echo", 1, new TaskOptions { Delay = TimeSpan.FromHours(1) }, cancellationToken: Token)).JobId, cancelled.Token);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
