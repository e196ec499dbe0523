using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Artorizer.ServiceDefaults.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Artorizer.UnitTests.ServiceDefaults;

/// <summary>What AddServiceDefaults makes of every client of the factory.</summary>
public sealed class HttpClientDefaultsTests
{
    // The name under which the package keeps the options of ConfigureHttpClientDefaults.
    private const string Pipeline = "-standard";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FindsServicesAndRetriesThem()
    {
        await using var server = await LoopbackServer.StartAsync((server, context) =>
        {
            context.Response.StatusCode = server.Requests == 1 ? 503 : 200;
            return Task.CompletedTask;
        });
        using var host = BuildHost(server);

        using var response = await Client(host).GetAsync(new Uri("https+http://processor/x"), Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, server.Requests);
    }

    [Fact]
    public async Task TriesAnotherEndpointNextTime()
    {
        await using var bad = await LoopbackServer.StartAsync(503);
        await using var good = await LoopbackServer.StartAsync(200);
        using var host = BuildHost(good, bad);

        for (var i = 0; i < 4; i++)
        {
            using var response = await Client(host).GetAsync(new Uri("http://processor"), Cancellation);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task DoesNotRepeatUnsafeMethods(string method)
    {
        await using var server = await LoopbackServer.StartAsync(503);
        using var host = BuildHost(server);
        using var request = new HttpRequestMessage(new HttpMethod(method), "http://processor");

        using var response = await Client(host).SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task GivesUpSmallRequestsInTime()
    {
        await using var server = await LoopbackServer.StartAsync((_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var host = BuildHost(server);

        await Assert.ThrowsAsync<TimeoutRejectedException>(
            () => Client(host).PostAsJsonAsync("http://processor", new { name = "small" }, Cancellation));
    }

    [Fact]
    public async Task LetsUploadsTakeTheirTime()
    {
        long received = 0;
        await using var server = await LoopbackServer.StartAsync(async (_, context) =>
        {
            var buffer = new byte[4096];
            while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and var count)
            {
                received += count;
            }
        });
        using var host = BuildHost(server);
        using var content = new SlowContent(pieces: 10, pause: TimeSpan.FromMilliseconds(60));

        using var response = await Client(host).PutAsync(new Uri("http://processor"), content, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(10, received);
    }

    [Fact]
    public async Task LetsGrpcCallsTakeTheirTime()
    {
        await using var server = await LoopbackServer.StartAsync((_, context) => Task.Delay(400, context.RequestAborted));
        using var host = BuildHost(server);
        using var content = new ByteArrayContent([0, 0, 0, 0, 0]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

        using var response = await Client(host).PostAsync(new Uri("http://processor/package.Service/Method"), content, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task OneBrokenServiceLeavesTheOthersAlone()
    {
        await using var bad = await LoopbackServer.StartAsync(500);
        await using var good = await LoopbackServer.StartAsync(200);
        using var host = BuildHost(good);
        using var broken = Client(host);
        for (var i = 0; i < 2; i++)
        {
            using var refused = await broken.PostAsync(bad.Address, null, Cancellation);
        }

        await Assert.ThrowsAsync<BrokenCircuitException>(() => broken.PostAsync(bad.Address, null, Cancellation));

        using var response = await Client(host).GetAsync(new Uri("http://processor"), Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task ClientsCanLeaveThePipelineAndKeepDiscovery()
    {
        await using var server = await LoopbackServer.StartAsync(503);
        using var host = BuildHost([server], services => services.AddHttpClient("free").WithoutResilience());
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("free");

        using var response = await client.GetAsync(new Uri("http://processor"), Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(1, server.Requests);
        Assert.Equal(Timeout.InfiniteTimeSpan, client.Timeout);
    }

    [Fact]
    public void DefaultsPassTheirOwnChecks()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddServiceDefaults();
        using var host = builder.Build();

        var options = host.Services.GetRequiredService<IOptionsMonitor<HttpStandardResilienceOptions>>().Get(Pipeline);

        Assert.Equal(TimeSpan.FromSeconds(10), options.AttemptTimeout.Timeout);
    }

    public static TheoryData<string, bool> Bodies => new()
    {
        { "none", false },
        { "text", false },
        { "json", false },
        { "form", false },
        { "1 MiB", false },
        { "over 1 MiB", true },
        { "unknown length", true },
        { "grpc", true },
        { "grpc+proto", true },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void TellsStreamsFromSmallRequests(string body, bool isStream)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://processor")
        {
            Content = body switch
            {
                "text" => new StringContent("x"),
                "json" => JsonContent.Create(new { a = 1 }),
                "form" => new MultipartFormDataContent { { new StringContent("x"), "name" } },
                "1 MiB" => new ByteArrayContent(new byte[1024 * 1024]),
                "over 1 MiB" => new ByteArrayContent(new byte[1024 * 1024 + 1]),
                "unknown length" => new SlowContent(1, TimeSpan.Zero),
                "grpc" or "grpc+proto" => new ByteArrayContent([]) { Headers = { ContentType = new($"application/{body}") } },
                _ => null,
            },
        };

        Assert.Equal(isStream, HttpClientDefaults.IsStream(request));
    }

    private static HttpClient Client(IHost host) => host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

    private static IHost BuildHost(params LoopbackServer[] processors) => BuildHost(processors, static _ => { });

    private static IHost BuildHost(LoopbackServer[] processors, Action<IServiceCollection> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        for (var i = 0; i < processors.Length; i++)
        {
            builder.Configuration[$"services:processor:http:{i}"] = processors[i].Address.ToString();
        }

        builder.AddServiceDefaults();
        builder.Services.Configure<HttpStandardResilienceOptions>(Pipeline, static options =>
        {
            options.Retry.Delay = TimeSpan.FromMilliseconds(1);
            options.AttemptTimeout.Timeout = TimeSpan.FromMilliseconds(200);
            options.CircuitBreaker.MinimumThroughput = 2;
            options.CircuitBreaker.FailureRatio = 1;
            options.CircuitBreaker.BreakDuration = TimeSpan.FromHours(1);
        });
        configure(builder.Services);
        return builder.Build();
    }

    /// <summary>A body of unknown length that comes one byte at a time.</summary>
    private sealed class SlowContent(int pieces, TimeSpan pause) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var i = 0; i < pieces; i++)
            {
                await Task.Delay(pause);
                await stream.WriteAsync(new byte[] { 1 });
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
