using Artorizer.Infrastructure.Redis;
using Artorizer.Jobs;
using Artorizer.Jobs.Events;
using Artorizer.LocalServers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Artorizer.IntegrationTests.Stores.Redis;

public sealed class RedisRegistrationTests(RedisFixture redis) : RedisTest
{
    [Fact]
    public async Task A_host_finds_its_Redis_by_connection_string_and_takes_its_settings()
    {
        var prefix = RedisStores.NewPrefix();
        using var host = Build((await redis.ServerAsync()).ConnectionString, ("Redis:KeyPrefix", prefix), ("Redis:KeepAlive", "00:00:07"));
        await host.StartAsync(Token);

        var job = (await host.Services.GetRequiredService<IJobStore>().CreateAsync(NewJob(), Token)).Job;
        await using var events = Listen(host.Services.GetRequiredService<IJobEvents>(), job.Id);
        var waiting = NextAsync(events);
        await host.Services.GetRequiredService<IJobEvents>().PublishAsync(Progress(job.Id), Token);

        Assert.Equal(1, (await waiting).Sequence);
        Assert.Equal("1", await (await redis.ServerAsync()).CommandAsync(["exists", $"{prefix}:job:{job.Id}"], Token));
        Assert.Equal(7, host.Services.GetRequiredService<IOptions<ConfigurationOptions>>().Value.KeepAlive);
        Assert.Null(host.Services.GetService<IJobSubmission>());
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task A_host_starts_without_Redis_and_says_that_it_is_not_there()
    {
        using var host = Build($"127.0.0.1:{LocalProcess.FreePorts(1)[0]},connectTimeout=500");
        await host.StartAsync(Token).WaitAsync(WaitLimit, Token);

        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => host.Services.GetRequiredService<IJobStore>().CountAsync(Token).WaitAsync(WaitLimit, Token));

        await host.StopAsync(Token).WaitAsync(WaitLimit, Token);
    }

    [Theory]
    [InlineData("Redis:KeyPrefix", "artorizer")]
    [InlineData("Redis:KeyPrefix", "{}")]
    [InlineData("Redis:OperationTimeout", "00:00:00")]
    [InlineData("Redis:PollInterval", "01:00:00")]
    [InlineData("Redis:TombstoneLifetime", "00:00:00")]
    [InlineData("Redis:EventBuffer", "1")]
    public async Task A_bad_setting_stops_the_start(string name, string value)
    {
        using var host = Build((await redis.ServerAsync()).ConnectionString, (name, value));

        await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));
    }

    private static IHost Build(string connectionString, params (string Name, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(
            settings.Append(("ConnectionStrings:cache", connectionString)).Select(s => KeyValuePair.Create(s.Item1, (string?)s.Item2)));
        builder.AddRedisStores();
        return builder.Build();
    }
}
