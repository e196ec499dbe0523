using Artorizer.Client;
using Artorizer.IntegrationTests.Api;
using Artorizer.IntegrationTests.Uploads;

namespace Artorizer.IntegrationTests.Client;

/// <summary>Tests of the client library and the command line against the whole application.</summary>
[Collection(nameof(ClientTest))]
public abstract class ClientTest(ApiFixture api) : ApiTest(api)
{
    /// <summary>Every transport.</summary>
    public static TheoryData<string> Protocols => [.. ArtorizerClient.Protocols];

    protected static ProtectionSettings Settings => new() { Artist = "Ada", Title = "First light" };

    /// <summary>A client that reaches a host through a network of the test's own, and does not wait long before it tries again.</summary>
    private protected static ArtorizerClient Connect(string protocol, BreakingProxy network) => new(
        network.Address,
        new ArtorizerClientOptions
        {
            Protocol = protocol,
            GrpcUrl = network.Address,
            RetryDelay = TimeSpan.FromMilliseconds(10),
            ResumableFrom = 500_000,
        });

    /// <summary>A network to the port that a transport calls.</summary>
    private protected static BreakingProxy Network(
        string protocol, ArtorizerHost host, IEnumerable<int>? downCuts = null, IEnumerable<int>? upCuts = null) =>
        new(protocol == ArtorizerClientOptions.Grpc ? host.GrpcAddress : host.Address, upCuts ?? [], downCuts);

    protected ArtorizerClient Connect(string protocol, string? key = null, ArtorizerHost? host = null) => new(
        (host ?? Host).Address,
        new ArtorizerClientOptions { Protocol = protocol, ApiKey = key, GrpcUrl = (host ?? Host).GrpcAddress });

    protected static Task<ArtorizerException> RefusedAsync(Func<Task> call) => Assert.ThrowsAsync<ArtorizerException>(call);
}

/// <summary>On a host of their own, beside the other tests.</summary>
[CollectionDefinition(nameof(ClientTest))]
public sealed class ClientTestDefinition : ICollectionFixture<ApiFixture>;
