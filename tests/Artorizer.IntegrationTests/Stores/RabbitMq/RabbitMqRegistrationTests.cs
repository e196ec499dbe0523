using Artorizer.Infrastructure.RabbitMq;
using Artorizer.Jobs.Queue;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Artorizer.IntegrationTests.Stores.RabbitMq;

[Collection(RabbitMqCollection.Name)]
public sealed class RabbitMqRegistrationTests(RabbitMqFixture fixture) : RabbitMqTest
{
    [Fact]
    public async Task The_connection_string_is_enough()
    {
        await using var first = fixture.Open("unused");
        var builder = Builder(("ConnectionStrings:queue", fixture.Server.ConnectionString), ("RabbitMq:Prefix", RabbitMqFixture.NewPrefix()));
        builder.AddRabbitMqQueue();
        using var host = builder.Build();
        await host.StartAsync(Token);
        var queue = host.Services.GetRequiredService<IJobQueue>();
        await EnqueueAsync(queue, NewMessage());

        Assert.Equal(1, (await LeaseAsync(queue)).Message.TaskId);
        await host.StopAsync(Token);
    }

    [Theory]
    [InlineData("RabbitMq:Prefix", "no spaces")]
    [InlineData("RabbitMq:Prefetch", "0")]
    [InlineData("RabbitMq:ConfirmTimeout", "00:00:00")]
    [InlineData("RabbitMq:QueueType", "7")]
    public async Task A_bad_setting_stops_the_start(string name, string value)
    {
        var builder = Builder(("ConnectionStrings:queue", "amqp://localhost"), (name, value));
        builder.AddRabbitMqQueue();
        using var host = builder.Build();

        await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));
    }

    [Fact]
    public async Task The_client_reads_its_settings_and_checks_its_health()
    {
        await using var first = fixture.Open("unused");
        var builder = Builder(
            ("ConnectionStrings:queue", fixture.Server.ConnectionString),
            ("Aspire:RabbitMQ:Client:MaxConnectRetryCount", "0"),
            ("Aspire:RabbitMQ:Client:queue:ConnectionFactory:ClientProvidedName", "named"));
        builder.AddRabbitMQClient("queue", settings => Assert.Equal(0, settings.MaxConnectRetryCount), factory => factory.RequestedChannelMax = 7);
        using var host = builder.Build();

        var connection = host.Services.GetRequiredService<IConnection>();

        Assert.Equal("named", connection.ClientProvidedName);
        Assert.Equal(7, connection.ChannelMax);
        var health = host.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(Token)).Entries["RabbitMQ.Client"].Status);
        await connection.CloseAsync(Token);
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync(Token)).Entries["RabbitMQ.Client"].Status);
    }

    private static HostApplicationBuilder Builder(params (string Name, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        builder.Services.AddLogging();
        return builder;
    }
}
