using System.Net;
using System.Net.Http.Headers;

namespace Artorizer.IntegrationTests.Api;

/// <summary>Large uploads pass through; they do not pile up in memory.</summary>
public sealed class MemoryTests(ApiFixture api) : ApiTest(api)
{
    private const long Mebibyte = 1 << 20;
    private const int Parts = 255;

    [Theory]
    [InlineData(1, 32)]
    [InlineData(8, 128)]
    public async Task Storing_256_MiB_takes_little_memory(int atOnce, int mostMebibytes)
    {
        // One job at a time, and that one sleeps: what grows is due to the storing alone.
        var host = await StartAsync(new Dictionary<string, string?> { ["Worker:Concurrency"] = "1" });
        var blocker = await host.Client.QueueAsync(new { type = "sleep", priority = 9, data = new { ms = 3_600_000 } });
        await host.Client.WaitAsync(blocker, job => (string?)job["status"] == "processing");
        for (var i = 0; i < 2; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => UploadAsync(host, 4)));
        }

        var before = host.ResidentBytes();
        host.ResetPeak();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => UploadAsync(host, Parts)));

        var growth = host.PeakBytes() - before;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{atOnce} × 256 MiB: {before / Mebibyte} MiB before, {growth / (double)Mebibyte:0.0} MiB more at the peak");
        Assert.True(growth <= mostMebibytes * Mebibyte, $"It grew by {growth / Mebibyte} MiB.");
        Assert.Equal(atOnce, StoredState.FilesOf(host.Data).Count(file => new FileInfo(file).Length > Parts * Mebibyte));
        await host.Client.DeleteAsync(new Uri($"jobs/{blocker}", UriKind.Relative), Token);
        await host.KillAsync();
    }

    private async Task UploadAsync(ArtorizerHost host, int parts)
    {
        using var body = new LargePicture(Api.Picture("tiny.png"), parts);
        body.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using var answer = await host.Client.PostAsync(new Uri("protect?artist_name=a&artwork_title=b", UriKind.Relative), body, Token);
        await answer.JsonAsync(HttpStatusCode.Accepted);
    }

    /// <summary>A PNG file with as many chunks of 1 MiB that decoders pass over; made while it is sent.</summary>
    private sealed class LargePicture(byte[] picture, int parts) : HttpContent
    {
        private static readonly byte[] Part = Pictures.Chunk("teSt", new byte[Mebibyte]);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(picture.AsMemory(0, 33));
            for (var i = 0; i < parts; i++)
            {
                await stream.WriteAsync(Part);
            }

            await stream.WriteAsync(picture.AsMemory(33));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = picture.Length + ((long)parts * Part.Length);
            return true;
        }
    }
}
