using System.Net;
using Artorizer.ServiceDefaults.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Artorizer.UnitTests.ServiceDefaults;

public sealed class HealthEndpointTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/alive", 200, """{"status":"alive"}""")]
    [InlineData("/health/live", 200, """{"status":"alive"}""")]
    [InlineData("/health/ready", 200, """{"status":"ready"}""")]
    [InlineData("/health", 200, """{"status":"healthy"}""")]
    public Task AnswersWhenAllIsWell(string path, int status, string body) => ExpectAsync(HealthStatus.Healthy, path, status, body);

    [Theory]
    [InlineData("/alive", 200, """{"status":"alive"}""")]
    [InlineData("/health/live", 200, """{"status":"alive"}""")]
    [InlineData("/health/ready", 503, """{"status":"not_ready","failing":["queue"]}""")]
    [InlineData("/health", 503, """{"status":"unhealthy","failing":["queue"]}""")]
    public Task TellsReadyFromAlive(string path, int status, string body) => ExpectAsync(HealthStatus.Unhealthy, path, status, body);

    [Fact]
    public Task DegradedIsStillReady() => ExpectAsync(HealthStatus.Degraded, "/health/ready", 200, """{"status":"ready"}""");

    [Fact]
    public async Task AnswersInProductionPastTheServicesOwnMiddleware()
    {
        await using var app = await StartAsync(HealthStatus.Healthy, app => app.Use((HttpContext context, RequestDelegate _) =>
        {
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        }));
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        Assert.Equal("Production", app.Environment.EnvironmentName);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/health/ready", UriKind.Relative), Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(new Uri("/other", UriKind.Relative), Cancellation)).StatusCode);
    }

    [Fact]
    public async Task LeavesHealthToAServiceThatHasItsOwn()
    {
        await using var app = await StartAsync(HealthStatus.Healthy, app => app.MapGet("/health", () => "rich"), mapHealth: false);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        Assert.Equal("rich", await client.GetStringAsync(new Uri("/health", UriKind.Relative), Cancellation));
    }

    [Fact]
    public async Task ManyCallersShareOneRun()
    {
        var runs = 0;
        var leave = new TaskCompletionSource();
        await using var app = await StartAsync(
            async () =>
            {
                Interlocked.Increment(ref runs);
                await leave.Task;
                return HealthCheckResult.Healthy();
            },
            static _ => { });
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        var callers = Enumerable.Range(0, 50).Select(_ => client.GetAsync(new Uri("/health/ready", UriKind.Relative), Cancellation)).ToArray();
        // One that does not wait for the outcome must not take it from the others.
        using (var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(50)))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => client.GetAsync(new Uri("/health/ready", UriKind.Relative), timeout.Token));
        }

        leave.SetResult();
        var answers = await Task.WhenAll(callers);

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.True(runs <= 2, $"{runs} runs");
    }

    [Fact]
    public async Task AThrowingCheckGivesNothingAway()
    {
        await using var app = await StartAsync(() => throw new InvalidOperationException("password=secret"), static _ => { });
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var response = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), Cancellation);

        Assert.Equal("""{"status":"not_ready","failing":["queue"]}""", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task PublicChecksSayMoreUnderHealthAlone()
    {
        await using var app = await StartAsync(
            () => Task.FromResult(HealthCheckResult.Healthy("amqp://user:password@queue")), static _ => { },
            register: static checks => checks
                .AddCheck("engine", static () => HealthCheckResult.Degraded("libvips 8.18.7"), [HealthTags.Public])
                .AddCheck("broken", static () => throw new InvalidOperationException("password=secret"), [HealthTags.Public]));
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var health = await client.GetAsync(new Uri("/health", UriKind.Relative), Cancellation);
        Assert.Equal(
            """{"status":"unhealthy","failing":["broken"],"details":{"engine":"libvips 8.18.7"}}""",
            await health.Content.ReadAsStringAsync(Cancellation));
        using var ready = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), Cancellation);
        Assert.Equal("""{"status":"ready"}""", await ready.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task AHangingCheckIsAFailure()
    {
        await using var app = await StartAsync(
            () => new TaskCompletionSource<HealthCheckResult>().Task, static _ => { }, time: new HastyTime());
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var response = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), Cancellation);

        Assert.Equal("""{"status":"not_ready","failing":["timeout"]}""", await response.Content.ReadAsStringAsync(Cancellation));
    }

    private static async Task ExpectAsync(HealthStatus queue, string path, int status, string body)
    {
        await using var app = await StartAsync(queue, static _ => { });
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    private static Task<WebApplication> StartAsync(HealthStatus queue, Action<WebApplication> configure, bool mapHealth = true) =>
        StartAsync(() => Task.FromResult(new HealthCheckResult(queue, "amqp://user:password@queue")), configure, mapHealth);

    private static async Task<WebApplication> StartAsync(
        Func<Task<HealthCheckResult>> queue, Action<WebApplication> configure, bool mapHealth = true, TimeProvider? time = null,
        Action<IHealthChecksBuilder>? register = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var checks = builder.Services.AddHealthChecks().AddAsyncCheck("queue", queue, [HealthTags.Ready]);
        register?.Invoke(checks);
        var app = builder.Build();
        app.UseRouting();
        configure(app);
        app.MapDefaultEndpoints(mapHealth);
        await app.StartAsync(Cancellation);
        return app;
    }

    /// <summary>A clock whose timers are due at once.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.FromMilliseconds(1), period);
    }
}
