using System.Net;
using System.Text.Json;
using Artorizer.Contracts.Wire;
using Artorizer.Jobs;
using Artorizer.Router.Errors;
using Artorizer.Router.Grpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Artorizer.UnitTests.Router;

/// <summary>What callers are told while a store does not answer.</summary>
public sealed class StoreUnavailableTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Over_HTTP_503_and_when_to_try_again()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<ApiExceptionHandler>();
        builder.Services.AddSingleton(WireProtocols.Registry);
        await using var app = builder.Build();
        app.UseExceptionHandler();
        app.MapGet("/", () => { throw new StoreUnavailableException("Redis at 10.0.0.7 does not answer."); });
        await app.StartAsync(Token);
        using var client = new HttpClient();

        using var answer = await client.GetAsync(new Uri(app.Urls.First()), Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.True(answer.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        var problem = await answer.Content.ReadAsStringAsync(Token);
        Assert.Equal(503, JsonDocument.Parse(problem).RootElement.GetProperty("status").GetInt32());
        Assert.DoesNotContain("10.0.0.7", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_gRPC_UNAVAILABLE_and_when_to_try_again()
    {
        var thrown = await Assert.ThrowsAsync<RpcException>(() => new ApiExceptionInterceptor().UnaryServerHandler<string, string>(
            "", null!, (_, _) => throw new StoreUnavailableException("Redis at 10.0.0.7 does not answer.")));

        Assert.Equal(StatusCode.Unavailable, thrown.StatusCode);
        Assert.Equal("5", thrown.Trailers.GetValue("retry-after"));
        Assert.DoesNotContain("10.0.0.7", thrown.Status.Detail, StringComparison.Ordinal);
    }
}
