using Artorizer.Client;
using Artorizer.IntegrationTests.Api;

namespace Artorizer.IntegrationTests.Client;

/// <summary>Tests of the client library and the command line against the whole application.</summary>
public abstract class ClientTest(ApiFixture api) : ApiTest(api)
{
    /// <summary>Every transport.</summary>
    public static TheoryData<string> Protocols => [.. ArtorizerClient.Protocols];

    protected static ProtectionSettings Settings => new() { Artist = "Ada", Title = "First light" };

    protected ArtorizerClient Connect(string protocol, string? key = null, ArtorizerHost? host = null) => new(
        (host ?? Host).Address,
        new ArtorizerClientOptions { Protocol = protocol, ApiKey = key, GrpcUrl = (host ?? Host).GrpcAddress });

    protected static Task<ArtorizerException> RefusedAsync(Func<Task> call) => Assert.ThrowsAsync<ArtorizerException>(call);
}
