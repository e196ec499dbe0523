using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Timeout;

namespace Artorizer.UnitTests.ServiceDefaults;

/// <summary>The standard pipeline as the package has it, without the project's own defaults.</summary>
public sealed class StandardResilienceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void HasThePackagesDefaults()
    {
        var options = new HttpStandardResilienceOptions();

        Assert.Equal(1000, options.RateLimiter.DefaultRateLimiterOptions.PermitLimit);
        Assert.Equal(0, options.RateLimiter.DefaultRateLimiterOptions.QueueLimit);
        Assert.Equal(TimeSpan.FromSeconds(30), options.TotalRequestTimeout.Timeout);
        Assert.Equal(3, options.Retry.MaxRetryAttempts);
        Assert.Equal(DelayBackoffType.Exponential, options.Retry.BackoffType);
        Assert.Equal(TimeSpan.FromSeconds(2), options.Retry.Delay);
        Assert.True(options.Retry.UseJitter);
        Assert.True(options.Retry.ShouldRetryAfterHeader);
        Assert.Equal(0.1, options.CircuitBreaker.FailureRatio);
        Assert.Equal(100, options.CircuitBreaker.MinimumThroughput);
        Assert.Equal(TimeSpan.FromSeconds(30), options.CircuitBreaker.SamplingDuration);
        Assert.Equal(TimeSpan.FromSeconds(5), options.CircuitBreaker.BreakDuration);
        Assert.Equal(TimeSpan.FromSeconds(10), options.AttemptTimeout.Timeout);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(408)]
    [InlineData(429)]
    public async Task RetriesTransientAnswersUntilOneIsGood(int statusCode)
    {
        await using var server = await LoopbackServer.StartAsync((server, context) =>
        {
            context.Response.StatusCode = server.Requests < 3 ? statusCode : 200;
            return Task.CompletedTask;
        });
        await using var services = Services(Fast);

        using var response = await Client(services).GetAsync(server.Address, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(3, server.Requests);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(409)]
    public async Task DoesNotRetryWhatWillNotChange(int statusCode)
    {
        await using var server = await LoopbackServer.StartAsync(statusCode);
        await using var services = Services(Fast);

        using var response = await Client(services).GetAsync(server.Address, Cancellation);

        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task HandsOverTheLastAnswerWhenAllAttemptsFail()
    {
        await using var server = await LoopbackServer.StartAsync(503);
        await using var services = Services(Fast);

        using var response = await Client(services).GetAsync(server.Address, Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(4, server.Requests);
    }

    [Fact]
    public async Task WaitsAsLongAsTheServerSays()
    {
        await using var server = await LoopbackServer.StartAsync((server, context) =>
        {
            context.Response.StatusCode = server.Requests == 1 ? 503 : 200;
            context.Response.Headers.RetryAfter = "1";
            return Task.CompletedTask;
        });
        // The delay of its own is so long that only the server's can end in time.
        await using var services = Services(options => options.Retry.Delay = TimeSpan.FromHours(1));
        var clock = Stopwatch.StartNew();

        using var response = await Client(services).GetAsync(server.Address, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(clock.Elapsed > TimeSpan.FromSeconds(0.9), $"Waited {clock.Elapsed} only.");
    }

    [Fact]
    public async Task GivesUpAnAttemptThatTakesTooLong()
    {
        await using var server = await LoopbackServer.StartAsync((_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var services = Services(options =>
        {
            Fast(options);
            options.AttemptTimeout.Timeout = TimeSpan.FromMilliseconds(50);
        });

        await Assert.ThrowsAsync<TimeoutRejectedException>(() => Client(services).GetAsync(server.Address, Cancellation));

        Assert.Equal(4, server.Requests);
    }

    [Fact]
    public async Task RetriesConnectionsThatCannotBeMade()
    {
        Uri address;
        await using (var server = await LoopbackServer.StartAsync(200))
        {
            address = server.Address;
        }

        var retries = 0;
        await using var services = Services(options =>
        {
            Fast(options);
            options.Retry.OnRetry = _ =>
            {
                retries++;
                return default;
            };
        });

        await Assert.ThrowsAsync<HttpRequestException>(() => Client(services).GetAsync(address, Cancellation));

        Assert.Equal(3, retries);
    }

    [Fact]
    public async Task CancelsForTheCaller()
    {
        var arrived = new TaskCompletionSource();
        await using var server = await LoopbackServer.StartAsync((_, context) =>
        {
            arrived.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var services = Services(Fast);
        using var cancellation = new CancellationTokenSource();

        var request = Client(services).GetAsync(server.Address, cancellation.Token);
        await arrived.Task.WaitAsync(Cancellation);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task OpensTheBreakerWhenTooManyFail()
    {
        await using var server = await LoopbackServer.StartAsync(500);
        await using var services = Services(Brittle);

        for (var i = 0; i < 2; i++)
        {
            using var response = await Client(services).GetAsync(server.Address, Cancellation);
        }

        await Assert.ThrowsAsync<BrokenCircuitException>(() => Client(services).GetAsync(server.Address, Cancellation));
        Assert.Equal(2, server.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BreakerCoversAllServersUnlessSelectedByAuthority(bool byAuthority)
    {
        await using var bad = await LoopbackServer.StartAsync(500);
        await using var good = await LoopbackServer.StartAsync(200);
        await using var services = Services(Brittle, pipeline =>
        {
            if (byAuthority)
            {
                pipeline.SelectPipelineByAuthority();
            }
        });
        for (var i = 0; i < 2; i++)
        {
            using var response = await Client(services).GetAsync(bad.Address, Cancellation);
        }

        if (byAuthority)
        {
            using var response = await Client(services).GetAsync(good.Address, Cancellation);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        else
        {
            await Assert.ThrowsAsync<BrokenCircuitException>(() => Client(services).GetAsync(good.Address, Cancellation));
        }
    }

    [Fact]
    public async Task RefusesMoreThanTheLimit()
    {
        var arrived = new TaskCompletionSource();
        var leave = new TaskCompletionSource();
        await using var server = await LoopbackServer.StartAsync((_, _) =>
        {
            arrived.TrySetResult();
            return leave.Task;
        });
        await using var services = Services(options => options.RateLimiter.DefaultRateLimiterOptions.PermitLimit = 1);

        var first = Client(services).GetAsync(server.Address, Cancellation);
        await arrived.Task.WaitAsync(Cancellation);
        await Assert.ThrowsAsync<RateLimiterRejectedException>(() => Client(services).GetAsync(server.Address, Cancellation));
        leave.SetResult();

        using var response = await first;
        using var next = await Client(services).GetAsync(server.Address, Cancellation);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task ReadsOptionsFromConfiguration()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Http:Retry:MaxRetryAttempts"] = "1",
            ["Http:Retry:Delay"] = "00:00:00.001",
        }).Build();
        await using var server = await LoopbackServer.StartAsync(500);
        var collection = new ServiceCollection();
        collection.AddHttpClient("test").AddStandardResilienceHandler(configuration.GetSection("Http"));
        await using var services = collection.BuildServiceProvider();

        using var response = await Client(services).GetAsync(server.Address, Cancellation);

        Assert.Equal(2, server.Requests);
    }

    [Fact]
    public async Task RefusesTimeoutsThatCannotWork()
    {
        await using var services = Services(options => options.AttemptTimeout.Timeout = TimeSpan.FromMinutes(1));

        var exception = Assert.Throws<OptionsValidationException>(() => Client(services));

        Assert.Equal(2, exception.Failures.Count());
    }

    [Fact]
    public async Task RefusesValuesOutOfRange()
    {
        await using var services = Services(options => options.Retry.MaxRetryAttempts = -1);

        Assert.Throws<OptionsValidationException>(() => Client(services));
    }

    private static void Fast(HttpStandardResilienceOptions options) => options.Retry.Delay = TimeSpan.FromMilliseconds(1);

    private static void Brittle(HttpStandardResilienceOptions options)
    {
        options.Retry.ShouldHandle = static _ => new ValueTask<bool>(false);
        options.CircuitBreaker.MinimumThroughput = 2;
        options.CircuitBreaker.BreakDuration = TimeSpan.FromHours(1);
    }

    private static HttpClient Client(IServiceProvider services) => services.GetRequiredService<IHttpClientFactory>().CreateClient("test");

    private static ServiceProvider Services(
        Action<HttpStandardResilienceOptions> configure, Action<IHttpStandardResiliencePipelineBuilder>? select = null)
    {
        var services = new ServiceCollection();
        var pipeline = services.AddHttpClient("test").AddStandardResilienceHandler(configure);
        select?.Invoke(pipeline);
        return services.BuildServiceProvider();
    }
}
