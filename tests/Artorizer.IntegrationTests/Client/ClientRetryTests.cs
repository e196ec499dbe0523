using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Artorizer.Client;
using Artorizer.IntegrationTests.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Artorizer.IntegrationTests.Client;

/// <summary>What the client tries again, how often, and after how long.</summary>
public sealed class ClientRetryTests(ApiFixture api) : ClientTest(api)
{
    private const string Queued = """{"task_id":7,"job_id":"j"}""";
    private const string Found = """{"id":7,"task_type":"echo","status":"completed","created_at":"2026-01-01T00:00:00Z","attempts":1}""";

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task What_can_be_repeated_is_tried_again_after_any_passing_failure(int status)
    {
        await using var server = await Server.StartAsync((http, attempt) => attempt <= 2 ? FailAsync(http, status) : AnswerAsync(http, Found));
        using var client = server.Connect();
        Assert.Equal(7, (await client.GetTaskAsync(7, Token)).Id);
        Assert.Equal(3, server.Keys.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(507)]
    public async Task A_refusal_that_will_stand_is_not_tried_again(int status)
    {
        await using var server = await Server.StartAsync((http, _) => FailAsync(http, status));
        using var client = server.Connect();
        Assert.Equal(status, (await RefusedAsync(() => client.GetTaskAsync(7, Token))).Status);
        Assert.Single(server.Keys);
    }

    [Fact]
    public async Task It_gives_up_after_as_many_retries_as_set()
    {
        await using var server = await Server.StartAsync((http, _) => FailAsync(http, 503));
        using var client = server.Connect();
        Assert.Equal(503, (await RefusedAsync(() => client.GetTaskAsync(7, Token))).Status);
        Assert.Equal(1 + new ArtorizerClientOptions().Retries, server.Keys.Count);
    }

    [Theory]
    [InlineData(429, 2)]
    [InlineData(503, 2)]
    [InlineData(500, 1)]
    [InlineData(502, 1)]
    [InlineData(504, 1)]
    public async Task Queuing_without_a_key_is_repeated_only_where_nothing_was_done(int status, int attempts)
    {
        await using var server = await Server.StartAsync((http, attempt) => attempt == 1 ? FailAsync(http, status) : AnswerAsync(http, Queued));
        using var client = server.Connect();
        var call = client.QueueAsync("echo", 1, cancellationToken: Token);
        if (attempts > 1)
        {
            await call;
        }
        else
        {
            Assert.Equal(status, (await RefusedAsync(() => call)).Status);
        }

        Assert.Equal(attempts, server.Keys.Count);
    }

    [Fact]
    public async Task Queuing_with_a_key_is_repeated_with_that_key()
    {
        await using var server = await Server.StartAsync((http, attempt) => attempt <= 2 ? FailAsync(http, 500) : AnswerAsync(http, Queued));
        using var client = server.Connect();
        Assert.Equal(7, (await client.QueueAsync("echo", 1, new TaskOptions { IdempotencyKey = "one-key" }, cancellationToken: Token)).TaskId);
        Assert.Equal(["one-key", "one-key", "one-key"], server.Keys);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Retry_After_is_kept(bool asDate)
    {
        // A date has whole seconds, so the one that is two away may be little more than one away.
        var wait = TimeSpan.FromSeconds(asDate ? 2 : 1);
        await using var server = await Server.StartAsync((http, attempt) => attempt == 1
            ? FailAsync(http, 503, asDate ? (DateTimeOffset.UtcNow + wait).ToString("R", CultureInfo.InvariantCulture) : "1")
            : AnswerAsync(http, Found));
        using var client = server.Connect();
        var clock = Stopwatch.StartNew();
        await client.GetTaskAsync(7, Token);

        Assert.True(clock.Elapsed > TimeSpan.FromSeconds(0.9), $"{clock.Elapsed}");
        Assert.Equal(2, server.Keys.Count);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_server_that_asks_for_a_longer_wait_than_is_allowed_is_not_called_again(string protocol)
    {
        var host = await StartAsync(new Dictionary<string, string?> { ["Limits:MaxBacklog"] = "0" });
        using var client = new ArtorizerClient(host.Address, new ArtorizerClientOptions
        {
            Protocol = protocol,
            GrpcUrl = host.GrpcAddress,
            MaxRetryDelay = TimeSpan.FromSeconds(1),
        });

        var refused = await RefusedAsync(() => client.QueueAsync("echo", 1, cancellationToken: Token));

        Assert.Equal((503, TimeSpan.FromSeconds(5)), (refused.Status, refused.RetryAfter));
    }

    private static Task FailAsync(HttpContext http, int status, string? retryAfter = null)
    {
        http.Response.StatusCode = status;
        http.Response.Headers.RetryAfter = retryAfter;
        return Task.CompletedTask;
    }

    private static Task AnswerAsync(HttpContext http, string json)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(json, Token);
    }

    /// <summary>A server that answers as a test wants, told how often it has been called.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly WebApplication _app;

        private Server(WebApplication app) => _app = app;

        /// <summary>The idempotency key of each call.</summary>
        public ConcurrentQueue<string> Keys { get; } = [];

        public static async Task<Server> StartAsync(Func<HttpContext, int, Task> answer)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var server = new Server(builder.Build());
            server._app.Urls.Add("http://127.0.0.1:0");
            server._app.Run(http =>
            {
                server.Keys.Enqueue(http.Request.Headers["Idempotency-Key"].ToString());
                return answer(http, server.Keys.Count);
            });
            await server._app.StartAsync(Token);
            return server;
        }

        public ArtorizerClient Connect() =>
            new(new Uri(_app.Urls.Single()), new ArtorizerClientOptions { RetryDelay = TimeSpan.FromMilliseconds(1) });

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
