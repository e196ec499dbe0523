using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Artorizer.IntegrationTests.Tasks;

/// <summary>Every call of <c>artorizer.v1.Protection</c>, by clients in Python and Node.</summary>
public sealed class GrpcImageTests(TaskFixture fixture) : TaskTest(fixture)
{
    private const string Service = "artorizer.v1.Protection/";
    private const int ChunkSize = 8 * 1024;

    public static TheoryData<string> Peers => ["python", "node"];

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task An_image_is_streamed_in_watched_and_downloaded(string name)
    {
        var peer = Fixture.Peer(name);
        var image = await PictureAsync("photo.jpg");
        var answer = await peer.CallAsync(Service + "Protect", Chunks(Metadata("Streamed"), image));
        Assert.True(answer.Status == "OK", answer.Details);
        var submitted = Assert.Single(answer.Replies);
        Assert.Equal("queued", (string?)submitted["status"]);
        var jobId = (string)submitted["job_id"]!;

        var watched = await peer.CallAsync(Service + "WatchJob", [new JsonObject { ["job_id"] = jobId }]);
        Assert.Equal("OK", watched.Status);
        var numbers = watched.Replies.Select(e => long.Parse((string)e["sequence"]!, null)).ToList();
        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(n => (long)n), numbers);
        Assert.Equal("completed", (string?)watched.Replies[^1]["type"]);
        Assert.Equal(100, (int)watched.Replies[^1]["progress"]!["percentage"]!);
        var rest = await peer.CallAsync(Service + "WatchJob", [new JsonObject { ["job_id"] = jobId, ["after_sequence"] = numbers[^1] - 1 }]);
        Assert.Equal(numbers[^1], long.Parse((string)Assert.Single(rest.Replies)["sequence"]!, null));

        var job = await peer.AskAsync(Service + "GetJob", new JsonObject { ["job_id"] = jobId });
        Assert.Equal((jobId, "completed"), ((string?)job["job_id"], (string?)job["status"]));
        var result = await peer.AskAsync(Service + "GetResult", new JsonObject { ["job_id"] = jobId });
        Assert.Equal("Streamed", (string?)result["title"]);
        Assert.StartsWith("0x", (string)result["hashes"]!["perceptual_hash"]!, StringComparison.Ordinal);

        var (head, original) = await DownloadAsync(peer, jobId, "original", 0);
        Assert.Equal(image, original);
        Assert.Equal("image/jpeg", (string?)head["content_type"]);
        var (_, whole) = await DownloadAsync(peer, jobId, "protected", 0);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(whole)), (string?)result["formats"]!["protected"]!["sha256"]);
        var (second, tail) = await DownloadAsync(peer, jobId, "protected", 1000);
        Assert.Equal(whole[1000..], tail);
        Assert.Equal(whole.Length.ToString(null as IFormatProvider), (string?)second["total_length"]);
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task A_small_image_goes_in_one_message_and_a_duplicate_is_told(string name)
    {
        var peer = Fixture.Peer(name);
        var request = Metadata("In one");
        request["image_data"] = Convert.ToBase64String(await PictureAsync("small.jpg"));
        request["config"] = new JsonObject { ["include_protection"] = false, ["processors"] = new JsonArray("imagehash") };

        var first = await peer.AskAsync(Service + "SubmitJob", (JsonObject)request.DeepClone());
        await peer.CallAsync(Service + "WatchJob", [new JsonObject { ["job_id"] = first["job_id"]!.DeepClone() }]);
        var second = await peer.AskAsync(Service + "SubmitJob", request);

        Assert.Equal(("queued", "exists"), ((string?)first["status"], (string?)second["status"]));
        Assert.Equal((string?)first["job_id"], (string?)second["job_id"]);
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task Jobs_are_listed_page_after_page(string name)
    {
        var peer = Fixture.Peer(name);
        var type = $"listed_by_{name}";
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var queued = await peer.AskAsync("taskdaemon.TaskDaemon/QueueTask", new JsonObject { ["task_type"] = type, ["delay_ms"] = 3_600_000 });
            ids.Insert(0, (string)queued["job_id"]!);
        }

        var request = new JsonObject { ["type"] = type, ["status"] = "queued", ["limit"] = 2 };
        var first = await peer.AskAsync(Service + "ListJobs", (JsonObject)request.DeepClone());
        request["cursor"] = (string)first["next_cursor"]!;
        var second = await peer.AskAsync(Service + "ListJobs", request);

        Assert.Equal(ids, first["jobs"]!.AsArray().Concat(second["jobs"]!.AsArray()).Select(job => (string)job!["job_id"]!));
        Assert.NotEmpty((await peer.AskAsync(Service + "ListJobs", []))["jobs"]!.AsArray());
        JsonObject[] refused =
            [new() { ["status"] = "lost" }, new() { ["limit"] = 0 }, new() { ["limit"] = 1001 }, new() { ["cursor"] = "x" }];
        foreach (var wrong in refused)
        {
            Assert.Equal("INVALID_ARGUMENT", (await peer.CallAsync(Service + "ListJobs", [wrong])).Status);
        }
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task Refusals_have_a_status_and_a_sentence(string name)
    {
        var peer = Fixture.Peer(name);
        var image = await PictureAsync("small.jpg");
        var nameless = Metadata("x");
        nameless.Remove("artist_name");
        foreach (var (method, requests, status, details) in new (string, JsonArray, string, string)[]
        {
            ("Protect", Chunks(nameless, image), "INVALID_ARGUMENT", "artist_name: required"),
            ("Protect", [new JsonObject { ["data"] = "AAAA" }], "INVALID_ARGUMENT", "The first message must carry the metadata."),
            ("Protect", [], "INVALID_ARGUMENT", "The first message must carry the metadata."),
            (
                "Protect",
                [new JsonObject { ["metadata"] = Metadata("x") }, new JsonObject { ["metadata"] = Metadata("x") }],
                "INVALID_ARGUMENT",
                "Only the first message carries metadata."),
            ("Protect", Chunks(Metadata("x"), "no image"u8.ToArray()), "INVALID_ARGUMENT", "Invalid image file format"),
            ("SubmitJob", [Metadata("x")], "INVALID_ARGUMENT", "image: required"),
            ("GetJob", [new JsonObject { ["job_id"] = "none" }], "NOT_FOUND", "Job not found"),
            ("WatchJob", [new JsonObject { ["job_id"] = "none" }], "NOT_FOUND", "Job not found"),
            ("GetResult", [new JsonObject { ["job_id"] = "none" }], "NOT_FOUND", "Job not found"),
            ("Download", [new JsonObject { ["job_id"] = "none", ["variant"] = "original" }], "NOT_FOUND", "Job not found"),
        })
        {
            var answer = await peer.CallAsync(Service + method, requests);
            Assert.Equal((method, status), (method, answer.Status));
            Assert.StartsWith(details, answer.Details, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task All_that_is_wrong_is_told_in_the_details_of_the_status(string name)
    {
        var peer = Fixture.Peer(name);
        var request = new JsonObject { ["priority"] = 12, ["config"] = new JsonObject { ["enable_mist"] = true } };
        var answer = await peer.CallAsync(Service + "SubmitJob", [request]);
        var status = Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(answer.Trailers["grpc-status-details-bin"]));
        Assert.Equal(answer.Details, status.Message);
        Assert.Equal("field_not_available", status.GetDetail<Google.Rpc.ErrorInfo>().Reason);
        Assert.Equal(
            [
                ("enable_mist", "field_not_available"), ("artist_name", "missing_field"), ("artwork_title", "missing_field"),
                ("priority", "invalid_field"), ("image", "missing_field"),
            ],
            status.GetDetail<Google.Rpc.BadRequest>().FieldViolations.Select(v => (v.Field, v.Reason)));
    }

    [Fact]
    public async Task Results_and_parts_that_are_not_there_are_refused()
    {
        var peer = Fixture.Peer("python");
        var queued = await peer.AskAsync("taskdaemon.TaskDaemon/QueueTask", new JsonObject { ["task_type"] = "echo", ["delay_ms"] = 3_600_000 });
        var waiting = new JsonObject { ["job_id"] = (string)queued["job_id"]! };
        Assert.Equal("FAILED_PRECONDITION", (await peer.CallAsync(Service + "GetResult", [waiting])).Status);

        var submitted = await peer.CallAsync(Service + "Protect", Chunks(Metadata("Parts"), await PictureAsync("small.jpg")));
        var jobId = (string)Assert.Single(submitted.Replies)["job_id"]!;
        await peer.CallAsync(Service + "WatchJob", [new JsonObject { ["job_id"] = jobId }]);
        (string, int, string)[] misses =
            [("nothing", 0, "NOT_FOUND"), ("original", -1, "OUT_OF_RANGE"), ("original", int.MaxValue, "OUT_OF_RANGE")];
        foreach (var (variant, offset, status) in misses)
        {
            var answer = await peer.CallAsync(
                Service + "Download", [new JsonObject { ["job_id"] = jobId, ["variant"] = variant, ["offset"] = offset }]);
            Assert.Equal((variant, offset, status), (variant, offset, answer.Status));
        }
    }

    private static JsonObject Metadata(string title) => new() { ["artist_name"] = "Ada", ["artwork_title"] = title };

    private static JsonArray Chunks(JsonObject metadata, byte[] image) =>
        [new JsonObject { ["metadata"] = metadata }, .. image.Chunk(ChunkSize).Select(c => new JsonObject { ["data"] = Convert.ToBase64String(c) })];

    private static async Task<(JsonObject Head, byte[] Content)> DownloadAsync(TaskPeer peer, string jobId, string variant, long offset)
    {
        var answer = await peer.CallAsync(Service + "Download", [new JsonObject { ["job_id"] = jobId, ["variant"] = variant, ["offset"] = offset }]);
        Assert.True(answer.Status == "OK", answer.Details);
        return (answer.Replies[0], [.. answer.Replies.Skip(1).SelectMany(c => Convert.FromBase64String((string)c["data"]!))]);
    }
}
