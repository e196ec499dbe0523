using Artorizer.Infrastructure.Embedded;
using Artorizer.Jobs;
using Artorizer.Jobs.Events;
using Artorizer.Jobs.Objects;
using Artorizer.Jobs.Queue;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Artorizer.IntegrationTests.Stores.Embedded;

public sealed class EmbeddedRegistrationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_opens_its_own_stores_at_the_start_and_closes_them_with_itself()
    {
        using var directory = new TemporaryFolder();
        using (var host = Build(("Embedded:DataDirectory", directory.Path), ("Embedded:LeaseDuration", "00:00:07")))
        {
            await host.StartAsync(Token);
            Assert.True(File.Exists(Path.Combine(directory.Path, "artorizer.db")));
            await host.Services.GetRequiredService<IJobStore>().CountAsync(Token);
            await host.StopAsync(Token);
        }

        await using var again = await EmbeddedStoreSet.OpenAsync(directory.Path);
    }

    [Fact]
    public async Task Containers_share_one_instance_and_leave_it_open()
    {
        using var directory = new TemporaryFolder();
        await using var shared = await EmbeddedStoreSet.OpenAsync(directory.Path);
        for (var i = 0; i < 2; i++)
        {
            await using var provider = new ServiceCollection().AddEmbeddedStores(shared).BuildServiceProvider();
            Assert.Same(shared.Jobs, provider.GetRequiredService<IJobStore>());
            Assert.Same(shared.Submission, provider.GetRequiredService<IJobSubmission>());
            Assert.Same(shared.Queue, provider.GetRequiredService<IJobQueue>());
            Assert.Same(shared.Events, provider.GetRequiredService<IJobEvents>());
            Assert.Same(shared.Objects, provider.GetRequiredService<IObjectStore>());
        }

        await shared.Queue.EnqueueAsync(QueueMessage.For(new() { Id = "j", Type = "t", Owner = "o" }), TimeSpan.Zero, Token);
        Assert.Equal("j", (await shared.Queue.LeaseAsync(Token)).Message.JobId);
    }

    [Theory]
    [InlineData("Embedded:LeaseDuration", "00:00:00")]
    [InlineData("Embedded:DataDirectory", "")]
    [InlineData("Embedded:InlineObjectBytes", "-1")]
    [InlineData("Embedded:MaxBatch", "0")]
    [InlineData("Embedded:InternalBaseUrl", "localhost:7000")]
    public async Task A_bad_setting_stops_the_start(string name, string value)
    {
        using var directory = new TemporaryFolder();
        using var host = Build(("Embedded:DataDirectory", directory.Path), (name, value));

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));

        Assert.Contains(name.Split(':')[1], exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(directory.Path));
    }

    private static IHost Build(params (string Name, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        foreach (var (name, value) in settings)
        {
            builder.Configuration[name] = value;
        }

        builder.Services.AddEmbeddedStores(builder.Configuration);
        return builder.Build();
    }
}
