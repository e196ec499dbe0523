using System.Net;
using Artorizer.Contracts.Engine;
using Artorizer.IntegrationTests.Api;
using Grpc.Core;
using Grpc.Net.Client;

namespace Artorizer.IntegrationTests.Engine;

/// <summary>Who may have the image engine read from an address and write to another.</summary>
public sealed class EngineAccessTests(EngineFixture fixture)
{
    private const string Secret = "secret-0123456789abcdefghijkl";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_a_secret_it_serves_only_those_who_know_it()
    {
        var (app, address) = await EngineFixture.StartProcessorAsync(new Dictionary<string, string?> { ["Processor:Secret"] = Secret });
        await using var _ = app;
        using var channel = GrpcChannel.ForAddress(address);
        var engine = new ImageEngine.ImageEngineClient(channel);
        var command = new ProtectCommand { JobId = "1", SourceUrl = $"{fixture.StoreAddress}/originals/small.jpg" };
        foreach (var given in new[] { null, "", "Bearer", $"Bearer {Secret[..^1]}", $"Bearer {Secret}x", $"Basic {Secret}" })
        {
            Metadata headers = given is null ? [] : new Metadata { { "authorization", given } };
            var refused = await Assert.ThrowsAsync<RpcException>(() => EndAsync(engine.Protect(command, headers, cancellationToken: Token)));
            Assert.Equal((given, StatusCode.Unauthenticated), (given, refused.StatusCode));
            using var detect = engine.DetectWatermark(headers, cancellationToken: Token);
            Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => detect.ResponseAsync)).StatusCode);
        }

        using var http = new HttpClient
        {
            BaseAddress = address, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var process = await http.PostAsync(new Uri("process", UriKind.Relative), new MultipartFormDataContent(), Token);
        Assert.Equal(HttpStatusCode.Unauthorized, process.StatusCode);

        // What it can do is told to all, and work is done for those who know.
        Assert.NotEmpty((await engine.DescribeAsync(new DescribeRequest(), cancellationToken: Token)).Analyzers);
        await EndAsync(engine.Protect(command, new Metadata { { "authorization", $"Bearer {Secret}" } }, cancellationToken: Token));
    }

    [Theory]
    [InlineData("queue", HttpStatusCode.Accepted)]
    [InlineData("grpc", HttpStatusCode.OK)]
    [InlineData("direct", HttpStatusCode.OK)]
    public async Task Services_that_know_it_are_served(string via, HttpStatusCode expected)
    {
        await using var engine = await ProcessorProcess.StartAsync(new Dictionary<string, string> { ["Processor__Secret"] = Secret }, Token);
        await using var host = await ArtorizerHost.StartAsync(
            new Dictionary<string, string?> { ["Engine:Address"] = engine.Address.AbsoluteUri, ["Engine:Secret"] = Secret });
        using var answer = await host.Client.ProtectAsync(Pictures.Fresh(await File.ReadAllBytesAsync(fixture.PathOf("small.jpg"), Token)), "a.jpg", ("via", via));
        var jobId = (string)(await answer.JsonAsync(expected))["job_id"]!;
        Assert.Equal("completed", (string?)(await host.Client.EndOfAsync(jobId))["status"]);
    }

    [Fact]
    public async Task Jobs_wait_where_the_secrets_differ()
    {
        await using var engine = await ProcessorProcess.StartAsync(new Dictionary<string, string> { ["Processor__Secret"] = Secret }, Token);
        await using var host = await ArtorizerHost.StartAsync(
            new Dictionary<string, string?> { ["Engine:Address"] = engine.Address.AbsoluteUri, ["Engine:Secret"] = "another-" + Secret });
        var picture = Pictures.Fresh(await File.ReadAllBytesAsync(fixture.PathOf("small.jpg"), Token));
        var job = await host.Client.WaitAsync(await host.Client.SubmitAsync(picture, "a.jpg"), job => job["waiting_for"] is not null);
        Assert.Equal("engine", (string?)job["waiting_for"]);
        using var direct = await host.Client.ProtectAsync(Pictures.Fresh(picture), "a.jpg", ("via", "direct"));
        Assert.Contains("Engine:Secret", (string?)(await direct.ProblemAsync(HttpStatusCode.ServiceUnavailable))["detail"], StringComparison.Ordinal);
    }

    private static async Task EndAsync(AsyncServerStreamingCall<EngineEvent> call)
    {
        using (call)
        {
            while (await call.ResponseStream.MoveNext(Token))
            {
                // What is done.
            }
        }
    }
}
