using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ServiceDiscovery;

namespace Artorizer.UnitTests.ServiceDefaults;

public sealed class ServiceDiscoveryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    // An endpoint named after the scheme, as the AppHost names them.
    [InlineData("http://processor", "http://a:1/;http://b:2/")]
    [InlineData("https://processor", "https://c:3/")]
    // https where there is any, else http.
    [InlineData("https+http://processor", "https://c:3/")]
    [InlineData("https+http://plain", "http://d:4/")]
    // A named endpoint, with and without a scheme.
    [InlineData("http://_grpc.processor", "http://e:5/")]
    [InlineData("_grpc.processor", "http://e:5/;https://f:6/")]
    // "default" comes before the scheme; one value instead of a list; an address without a scheme fits every scheme.
    [InlineData("http://both", "http://g:7/")]
    [InlineData("http://bare", "h:8")]
    [InlineData("https://bare", "h:8")]
    // Names are not case-sensitive.
    [InlineData("http://PROCESSOR", "http://a:1/;http://b:2/")]
    // Nothing is configured: the name is a host.
    [InlineData("http://elsewhere.example", "elsewhere.example:80")]
    [InlineData("http://elsewhere.example:8080", "elsewhere.example:8080")]
    [InlineData("https+http://elsewhere.example", "elsewhere.example")]
    [InlineData("http://127.0.0.1:5000", "127.0.0.1:5000")]
    [InlineData("elsewhere", "elsewhere")]
    // The service is configured, the endpoint is not.
    [InlineData("http://_admin.processor", "processor:80")]
    // The scheme asked for is not offered.
    [InlineData("https://_plain.secure", "secure:443")]
    public async Task ResolvesNames(string name, string expected)
    {
        await using var services = Services(new Dictionary<string, string?>
        {
            ["services:processor:http:0"] = "http://a:1",
            ["services:processor:http:1"] = "http://b:2",
            ["services:processor:https:0"] = "https://c:3",
            ["services:processor:grpc:0"] = "http://e:5",
            ["services:processor:grpc:1"] = "https://f:6",
            ["services:plain:http:0"] = "http://d:4",
            ["services:both:default"] = "http://g:7",
            ["services:both:http:0"] = "http://never:1",
            ["services:bare:default:0"] = "h:8",
            ["services:secure:plain:0"] = "http://i:9",
        });

        var source = await services.GetRequiredService<ServiceEndpointResolver>().GetEndpointsAsync(name, Cancellation);

        Assert.Equal(expected, string.Join(';', source.Endpoints));
    }

    [Theory]
    [InlineData("services:bad:http:first", "http://a:1", "http://bad")]
    [InlineData("services:bad:http:0", "not a uri", "http://bad")]
    public async Task RefusesMalformedConfiguration(string key, string value, string name)
    {
        await using var services = Services(new Dictionary<string, string?> { [key] = value });
        var resolver = services.GetRequiredService<ServiceEndpointResolver>();

        await Assert.ThrowsAsync<KeyNotFoundException>(async () => await resolver.GetEndpointsAsync(name, Cancellation));
    }

    [Fact]
    public async Task KeepsToAllowedSchemes()
    {
        await using var services = Services(
            new Dictionary<string, string?> { ["services:processor:http:0"] = "http://a:1", ["services:processor:https:0"] = "https://b:2" },
            options =>
            {
                options.AllowAllSchemes = false;
                options.AllowedSchemes = ["https"];
            });
        var resolver = services.GetRequiredService<ServiceEndpointResolver>();

        Assert.Equal("https://b:2/", Assert.Single((await resolver.GetEndpointsAsync("http+https://processor", Cancellation)).Endpoints).ToString());
        Assert.Equal("processor:80", Assert.Single((await resolver.GetEndpointsAsync("http://processor", Cancellation)).Endpoints).ToString());
    }

    [Fact]
    public async Task TakesEndpointsInTurn()
    {
        await using var first = await LoopbackServer.StartAsync(200);
        await using var second = await LoopbackServer.StartAsync(200);
        await using var services = Services(new Dictionary<string, string?>
        {
            ["services:processor:http:0"] = first.Address.ToString(),
            ["services:processor:http:1"] = second.Address.ToString(),
        });
        using var client = Client(services);

        for (var i = 0; i < 6; i++)
        {
            using var response = await client.GetAsync(new Uri("https+http://processor/x"), Cancellation);
        }

        Assert.Equal((3, 3), (first.Requests, second.Requests));
    }

    [Fact]
    public async Task KeepsPathQueryAndTheRequestsOwnUri()
    {
        string? seen = null;
        await using var server = await LoopbackServer.StartAsync((_, context) =>
        {
            seen = context.Request.Path + context.Request.QueryString;
            return Task.CompletedTask;
        });
        await using var services = Services(new Dictionary<string, string?> { ["services:processor:http:0"] = new Uri(server.Address, "/base/").ToString() });
        using var client = Client(services);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://processor/jobs/1?full=true&name=a%20b");

        using var response = await client.SendAsync(request, Cancellation);

        Assert.Equal("/base/jobs/1?full=true&name=a b", Uri.UnescapeDataString(seen!));
        Assert.Equal("http://processor/jobs/1?full=true&name=a%20b", request.RequestUri!.AbsoluteUri);
    }

    [Fact]
    public async Task PassesThroughWhatIsNotConfigured()
    {
        await using var server = await LoopbackServer.StartAsync(204);
        await using var services = Services(new Dictionary<string, string?>());
        using var client = Client(services);

        using var response = await client.GetAsync(new UriBuilder(server.Address) { Scheme = "http" }.Uri, Cancellation);

        Assert.Equal(204, (int)response.StatusCode);
    }

    [Fact]
    public async Task FollowsChangesOfTheConfiguration()
    {
        await using var before = await LoopbackServer.StartAsync(200);
        await using var after = await LoopbackServer.StartAsync(200);
        var configuration = new ConfigurationManager { ["services:processor:http:0"] = before.Address.ToString() };
        await using var services = Services(configuration);
        using var client = Client(services);

        using (await client.GetAsync(new Uri("http://processor"), Cancellation))
        {
        }

        configuration["services:processor:http:0"] = after.Address.ToString();
        ((IConfigurationRoot)configuration).Reload();

        using (await client.GetAsync(new Uri("http://processor"), Cancellation))
        {
        }

        Assert.Equal((1, 1), (before.Requests, after.Requests));
    }

    private static HttpClient Client(IServiceProvider services) => services.GetRequiredService<IHttpClientFactory>().CreateClient("test");

    private static ServiceProvider Services(Dictionary<string, string?> values, Action<ServiceDiscoveryOptions>? configure = null) =>
        Services(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), configure);

    private static ServiceProvider Services(IConfiguration configuration, Action<ServiceDiscoveryOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        services.AddServiceDiscovery(configure ?? (static _ => { }));
        services.AddHttpClient("test").AddServiceDiscovery();
        return services.BuildServiceProvider();
    }
}
