namespace Artorizer.IntegrationTests.Api;

/// <summary>Clients that ask and do not read.</summary>
public sealed class SlowReaderTests(ApiFixture api) : ApiTest(api)
{
    private const int Readers = 24;
    private const int FileBytes = 32 << 20;
    private const long Mebibyte = 1 << 20;

    [Fact]
    public async Task Downloads_that_nobody_reads_cost_little_and_are_cut_off()
    {
        var host = await StartAsync(new Dictionary<string, string?> { ["Limits:MaxReadPause"] = "00:00:03" });
        var jobId = await host.Client.SubmitAsync(Large(FileBytes), "large.jpg");
        await host.Client.EndOfAsync(jobId);
        using (var first = await host.Client.GetAsync(new Uri($"jobs/{jobId}/download/original", UriKind.Relative), Token))
        {
            Assert.Equal(FileBytes, (await first.Content.ReadAsByteArrayAsync(Token)).Length);
        }

        // Through the router, and from the store by a presigned address.
        string[] paths = [$"/jobs/{jobId}/download/original", (string)(await host.Client.GetJsonAsync($"jobs/{jobId}/result"))["urls"]!["original"]!];
        Assert.StartsWith("/objects/", paths[1], StringComparison.Ordinal);
        var before = host.ResidentBytes();
        var readers = await Task.WhenAll(
            Enumerable.Range(0, Readers).Select(i => RawPeer.GetAsync(host.Address.Port, paths[i % 2].TrimStart('/'), 200)));
        try
        {
            var peak = 0L;

            // 768 MiB wait to be read.
            await Eventually.TrueAsync(
                () =>
                {
                    peak = Math.Max(peak, host.ResidentBytes());
                    return readers.All(reader => reader.IsCut);
                },
                TimeSpan.FromMinutes(1));
            Assert.True(peak - before < 64 * Mebibyte, $"It grew by {(peak - before) / Mebibyte} MiB.");
        }
        finally
        {
            Array.ForEach(readers, reader => reader.Dispose());
        }

        // Whoever reads is served all the while, and after.
        using var later = await host.Client.GetAsync(new Uri($"jobs/{jobId}/download/original", UriKind.Relative), Token);
        Assert.Equal(FileBytes, (await later.Content.ReadAsByteArrayAsync(Token)).Length);
    }
}
