using System.Globalization;

namespace Artorizer.IntegrationTests.Api;

/// <summary>What callers make up does not end up in the names of series.</summary>
public sealed class MetricLabelTests(ApiFixture api) : ApiTest(api)
{
    [Fact]
    public async Task Types_without_a_handler_are_one()
    {
        var host = await StartAsync();
        await host.Client.EndOfAsync(await host.Client.QueueAsync(new { type = "echo", data = 1 }));
        var before = await LinesAsync(host);
        var jobs = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            jobs.Add(await host.Client.QueueAsync(new { type = string.Create(CultureInfo.InvariantCulture, $"made-up-{i}") }));
        }

        foreach (var job in jobs)
        {
            Assert.Equal("failed", (string?)(await host.Client.EndOfAsync(job))["status"]);
        }

        var after = await LinesAsync(host);
        Assert.DoesNotContain(after, line => line.Contains("made-up", StringComparison.Ordinal));
        Assert.Contains(after, line => line.StartsWith("task_processing_seconds_count", StringComparison.Ordinal) && line.Contains("type=\"other\"", StringComparison.Ordinal));
        Assert.Contains(after, line => line.Contains("type=\"echo\"", StringComparison.Ordinal));

        // One histogram more, and what else has happened for the first time.
        Assert.InRange(after.Length - before.Length, 1, 60);
    }

    private static async Task<string[]> LinesAsync(ArtorizerHost host) =>
        (await host.Client.GetStringAsync(new Uri("metrics", UriKind.Relative), Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
