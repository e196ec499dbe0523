using System.Security.Cryptography;
using Artorizer.Client;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.IntegrationTests.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Artorizer.IntegrationTests.Client;

/// <summary>Images by each transport.</summary>
[Trait("Topology", "any")]
public sealed class ClientImageTests(ApiFixture api) : ClientTest(api)
{
    private const string Image = "photo.png";

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_file_goes_up_is_watched_and_comes_back(string protocol)
    {
        using var client = Connect(protocol);
        using var folder = new TemporaryFolder();
        var image = Api.Picture(Image);
        var path = folder.Write("a picture.png", image);
        var sent = new List<long>();
        var settings = Settings with
        {
            Title = "Ålesund, 夜",
            Tags = ["sea", "night, late"],
            Description = "Line one\nLine two",
            WatermarkStrategy = "visible",
            WatermarkStrength = 0.25,
            IncludeHashAnalysis = true,
            Priority = 7,
        };

        var submitted = await client.ProtectAsync(path, settings, new Told(sent), Token);
        Assert.Equal("queued", submitted.Status);
        Assert.Equal(image.Length, sent[^1]);

        var events = await EventsAsync(client, submitted.JobId);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(e => e.Sequence));
        Assert.Equal((JobEventTypes.Completed, 100), (events[^1].Type, events[^1].Progress!.Percentage));
        Assert.Equal(events[2..].Select(e => e.Type), (await EventsAsync(client, submitted.JobId, 2)).Select(e => e.Type));

        var job = await client.GetJobAsync(submitted.JobId, Token);
        Assert.Equal((JobStatus.Completed, 7, settings.Title), (job.Status, job.Priority, job.Title));
        var result = await client.GetResultAsync(submitted.JobId, Token);
        Assert.Equal((settings.Artist, settings.Title, settings.Description), (result.Artist, result.Title, result.Description));
        Assert.Equal(settings.Tags, result.Tags);
        Assert.NotEmpty(result.Hashes);

        var target = Path.Combine(folder.Path, "protected.png");
        var info = await client.DownloadToFileAsync(submitted.JobId, "protected", target, cancellationToken: Token);
        var artifact = result.Formats["protected"];
        Assert.Equal((artifact.ContentType, artifact.Length), (info.ContentType, info.Length));
        Assert.Equal(artifact.Sha256, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(target))));
        Assert.Contains("Ålesund, 夜", info.FileName, StringComparison.Ordinal);
        Assert.Equal([Path.GetFileName(path), "protected.png"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_download_goes_on_where_it_stopped(string protocol)
    {
        using var client = Connect(protocol);
        var image = Api.Picture(Image);
        var id = await CompletedAsync(client, image);

        foreach (var offset in new[] { 0, 1, image.Length - 1, image.Length })
        {
            using var rest = new MemoryStream();
            var info = await client.DownloadAsync(id, "original", rest, offset, cancellationToken: Token);
            Assert.Equal((image.Length, "image/png"), (info.Length, info.ContentType));
            Assert.Equal(image[offset..], rest.ToArray());
        }

        var beyond = await RefusedAsync(() => client.DownloadAsync(id, "original", Stream.Null, image.Length + 1, cancellationToken: Token));
        Assert.Contains(beyond.Status, new[] { 400, 416 });
        Assert.Equal(404, (await RefusedAsync(() => client.DownloadAsync(id, "no-such-variant", Stream.Null, cancellationToken: Token))).Status);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_stream_is_protected_while_the_caller_waits(string protocol)
    {
        using var client = Connect(protocol);
        using var image = new MemoryStream(Api.Picture(Image));

        var submitted = await client.ProtectAsync(
            image, "stream.png", Settings with { Via = "direct", WatermarkStrategy = "none" }, cancellationToken: Token);

        Assert.Equal("completed", submitted.Status);
        Assert.Equal(JobStatus.Completed, (await client.GetJobAsync(submitted.JobId, Token)).Status);
        Assert.True(image.CanRead);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task The_server_fetches_an_address(string protocol)
    {
        using var client = Connect(protocol);
        var image = Api.Picture(Image);
        await using var web = WebApplication.CreateSlimBuilder().Build();
        web.Urls.Add("http://127.0.0.1:0");
        web.MapGet("/picture.png", () => Results.Bytes(image, "image/png"));
        await web.StartAsync(Token);

        var submitted = await client.ProtectAsync(new Uri(web.Urls.Single() + "/picture.png"), Settings, Token);

        await client.WaitForJobAsync(submitted.JobId, Token);
        using var original = new MemoryStream();
        await client.DownloadAsync(submitted.JobId, "original", original, cancellationToken: Token);
        Assert.Equal(image, original.ToArray());
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task One_key_is_one_job_and_one_image_too(string protocol)
    {
        using var client = Connect(protocol);
        var image = Api.Picture(Image);
        var settings = Settings with { IdempotencyKey = Guid.NewGuid().ToString() };

        var first = await client.ProtectAsync(new MemoryStream(image), "a.png", settings, cancellationToken: Token);
        var again = await client.ProtectAsync(new MemoryStream(image), "a.png", settings, cancellationToken: Token);
        var other = await client.ProtectAsync(new MemoryStream(image), "a.png", Settings, cancellationToken: Token);

        Assert.Equal((first.JobId, first.JobId), (again.JobId, other.JobId));
        Assert.NotEqual("exists", again.Status);
        Assert.Equal(("exists", first.JobId), (other.Status, other.Artwork!.JobId));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Other_wishes_and_force_make_new_versions(string protocol)
    {
        using var client = Connect(protocol);
        var image = Api.Picture(Image);

        var first = await client.ProtectAsync(new MemoryStream(image), "a.png", Settings, cancellationToken: Token);
        var other = await client.ProtectAsync(new MemoryStream(image), "a.png", Settings with { WatermarkStrength = 0.25 }, cancellationToken: Token);
        var forced = await client.ProtectAsync(new MemoryStream(image), "a.png", Settings with { Force = true }, cancellationToken: Token);

        Assert.Equal([null, first.JobId, other.JobId], [first.PreviousJobId, other.PreviousJobId, forced.PreviousJobId]);
        Assert.Equal(other.JobId, (await client.GetJobAsync(forced.JobId, Token)).PreviousJobId);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Refusals_name_the_field(string protocol)
    {
        using var client = Connect(protocol);

        var refused = await RefusedAsync(
            () => client.ProtectAsync(
                new MemoryStream(Api.Picture(Image)), "a.png", Settings with { WatermarkStrength = 2 }, cancellationToken: Token));
        Assert.Equal((400, "watermark_strength"), (refused.Status, refused.Field));
        refused = await RefusedAsync(
            () => client.ProtectAsync(new MemoryStream("no image"u8.ToArray()), "a.png", Settings, cancellationToken: Token));
        Assert.Equal(400, refused.Status);
        Assert.StartsWith("Invalid image file format", refused.Message, StringComparison.Ordinal);
        Assert.Equal(404, (await RefusedAsync(() => client.GetJobAsync(Guid.NewGuid().ToString(), Token))).Status);
        Assert.Equal(404, (await RefusedAsync(() => client.GetResultAsync(Guid.NewGuid().ToString(), Token))).Status);
        Assert.Equal(404, (await RefusedAsync(async () => await EventsAsync(client, Guid.NewGuid().ToString()))).Status);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Jobs_are_listed_page_after_page_and_deleted(string protocol)
    {
        using var client = Connect(protocol);
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Insert(
                0,
                (await client.QueueAsync(
                    $"listed_{protocol}", i, new TaskOptions { Delay = TimeSpan.FromHours(1) }, cancellationToken: Token)).JobId);
        }

        var filter = new JobFilter { Type = $"listed_{protocol}", Status = JobStatus.Queued, PageSize = 2 };
        Assert.Equal(ids, await ListAsync(client, filter));
        Assert.Equal(409, (await RefusedAsync(() => client.GetResultAsync(ids[0], Token))).Status);

        await client.DeleteJobAsync(ids[1], Token);
        Assert.Equal([ids[0], ids[2]], await ListAsync(client, filter));
    }

    private static async Task<List<string>> ListAsync(ArtorizerClient client, JobFilter filter)
    {
        var ids = new List<string>();
        await foreach (var job in client.ListJobsAsync(filter, Token))
        {
            ids.Add(job.JobId);
        }

        return ids;
    }

    private static async Task<List<JobEventView>> EventsAsync(ArtorizerClient client, string id, long after = 0)
    {
        var events = new List<JobEventView>();
        await foreach (var change in client.WatchJobAsync(id, after, Token))
        {
            events.Add(change);
        }

        return events;
    }

    private static async Task<string> CompletedAsync(ArtorizerClient client, byte[] image)
    {
        var submitted = await client.ProtectAsync(new MemoryStream(image), "a.png", Settings, cancellationToken: Token);
        Assert.Equal(JobStatus.Completed, (await client.WaitForJobAsync(submitted.JobId, Token)).Status);
        return submitted.JobId;
    }

    /// <summary>Tells at once, unlike <see cref="Progress{T}"/>.</summary>
    private sealed class Told(List<long> values) : IProgress<long>
    {
        public void Report(long value) => values.Add(value);
    }
}
