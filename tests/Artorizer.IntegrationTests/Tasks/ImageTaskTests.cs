using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Artorizer.IntegrationTests.Engine;

namespace Artorizer.IntegrationTests.Tasks;

/// <summary>The image handlers by the task API: <c>extract_hashes</c> and <c>protect_image</c>.</summary>
public sealed class ImageTaskTests(TaskFixture fixture) : TaskTest(fixture)
{
    private EngineFixture Engine => Fixture.Engine;

    [Fact]
    public async Task Hashes_come_of_bytes_and_of_an_address_as_Pillow_computes_them()
    {
        var expected = (JsonObject)(await Engine.Pillow.CallAsync("hashes", new { path = Engine.PathOf("photo.jpg") }))!;
        var bytes = new JsonObject { ["$bytes"] = Convert.ToBase64String(await File.ReadAllBytesAsync(Engine.PathOf("photo.jpg"), Token)) };
        foreach (var task in new[]
        {
            await RunPackedAsync("extract_hashes", bytes),
            await RunPackedAsync("extract_hashes", new JsonObject { ["image"] = bytes.DeepClone() }),
            await RunAsync("extract_hashes", $$"""{"image_url":"{{Engine.StoreAddress}}/originals/photo.jpg"}"""),
            await RunAsync("extract_hashes", $$"""{"image":"{{bytes["$bytes"]}}","hash_types":[]}"""),
        })
        {
            Assert.True((string?)task["status"] == "completed", task.ToJsonString());
            AssertJson("""{"width":640,"height":480,"format":"jpeg","mode":"RGB"}""", task["result"]!["metadata"]);
            Assert.True(JsonNode.DeepEquals(expected, Sorted(task["result"]!["hashes"]!, expected)), task["result"]!.ToJsonString());
        }
    }

    [Fact]
    public async Task Hashes_are_chosen_by_name_or_by_short_name()
    {
        var image = Convert.ToBase64String(await File.ReadAllBytesAsync(Engine.PathOf("small.png"), Token));

        var task = await RunAsync("extract_hashes", $$"""{"image":"{{image}}","hash_types":["phash","blockhash16","perceptual_hash"]}""");

        Assert.Equal(["perceptual_hash", "blockhash16"], task["result"]!["hashes"]!.AsObject().Select(h => h.Key));
    }

    [Theory]
    [InlineData("""{"image":"AAAA"}""", "")]
    [InlineData("{}", "image, image_url: exactly one of image and image_url is needed")]
    [InlineData("""{"image":"AAAA","image_url":"http://x/"}""", "image, image_url: exactly one of image and image_url is needed")]
    [InlineData("""{"image":"AAAA","hash_types":["md5"]}""", "hash_types: unknown: md5; known are average_hash, ")]
    [InlineData("""{"image_url":"http://10.0.0.1/a.png"}""", "image_url: The address is not public.")]
    [InlineData("""{"image_url":"file:///etc/passwd"}""", "image_url: Only absolute http and https addresses without credentials are fetched.")]
    public async Task Hashes_of_what_is_no_image_or_out_of_reach_fail_for_good(string data, string error)
    {
        var task = await RunAsync("extract_hashes", data);

        Assert.Equal(("failed", 1), ((string?)task["status"], (int)task["attempts"]!));
        Assert.Contains(error, (string)task["last_error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_image_fails_for_good_and_a_broken_server_is_tried_again()
    {
        var missing = await RunAsync("extract_hashes", $$"""{"image_url":"{{Engine.StoreAddress}}/originals/none.png"}""");
        Assert.Equal(
            ("failed", 1, "image_url: the server answered 404"),
            ((string?)missing["status"], (int)missing["attempts"]!, (string?)missing["last_error"]));

        Engine.Faults["/originals/small.jpg"] = new([500, 429]);
        var recovered = await RunAsync("extract_hashes", $$"""{"image_url":"{{Engine.StoreAddress}}/originals/small.jpg"}""");
        Assert.Equal(("completed", 3), ((string?)recovered["status"], (int)recovered["attempts"]!));
    }

    [Fact]
    public async Task Images_are_protected_by_a_task_with_bytes_or_an_address()
    {
        var bytes = await PictureAsync("small.jpg");
        var data = new JsonObject
        {
            ["image"] = new JsonObject { ["$bytes"] = Convert.ToBase64String(bytes) },
            ["artist_name"] = "Ada",
            ["artworkTitle"] = "By task",
            ["tags"] = new JsonArray("a", "b"),
        };
        var task = await RunPackedAsync("protect_image", data);
        Assert.True((string?)task["status"] == "completed", task.ToJsonString());
        var jobId = (string)task["result"]!["artwork_id"]!;
        using var result = await Client.GetAsync(new Uri($"jobs/{jobId}/result", UriKind.Relative), Token);
        Assert.Equal("By task", (string?)(await JsonAsync(result, HttpStatusCode.OK))["title"]);
        Assert.Equal(bytes, await Client.GetByteArrayAsync(new Uri($"jobs/{jobId}/download/original", UriKind.Relative), Token));

        // The same bytes again are the same artwork.
        var again = await RunPackedAsync("protect_image", data);
        Assert.Equal((int)task["id"]!, (int)again["id"]!);

        task = await RunAsync(
            "protect_image",
            $$"""{"image_url":"{{Engine.StoreAddress}}/originals/odd.jpg","artist_name":"Ada","artwork_title":"By address","watermark_strategy":"none"}""");
        Assert.Equal("completed", (string?)task["status"]);
    }

    [Theory]
    [InlineData("null", "artist_name: required")]
    [InlineData("[]", "data: must be an object with the fields of POST /protect")]
    [InlineData("""{"artist_name":"A","artwork_title":"T"}""", "image: required")]
    [InlineData("""{"artist_name":"A","artwork_title":"T","image":"AAAA"}""", "image: must be bytes")]
    [InlineData("""{"artist_name":"A","artwork_title":"T","image_url":"http://169.254.169.254/"}""", "image_url: ")]
    [InlineData("""{"artist_name":"A","artwork_title":"T","local_path":"/etc/passwd"}""", "local_path: ")]
    [InlineData("""{"title":"T","artist":"A","original":{"key":"jobs/other/original","file_name":"a","content_type":"image/png","format":"png","length":1,"sha256":""}}""", "title: unknown field")]
    public async Task Protect_tasks_are_refused_where_they_are_sent(string data, string error)
    {
        using var answer = await PostAsync("queue", "application/json", Encoding.UTF8.GetBytes($$"""{"type":"protect_image","data":{{data}}}"""));

        Assert.StartsWith(error, (string)(await JsonAsync(answer, HttpStatusCode.BadRequest))["error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Protect_tasks_go_by_the_queue_alone()
    {
        var data = $$"""{"artist_name":"A","artwork_title":"T","image_url":"{{Engine.StoreAddress}}/originals/grey.jpg","via":"direct"}""";
        using var answer = await PostAsync("queue", "application/json", Encoding.UTF8.GetBytes($$"""{"type":"protect_image","data":{{data}}}"""));

        Assert.StartsWith(
            "via: a task goes by the queue", (string)(await JsonAsync(answer, HttpStatusCode.BadRequest))["error"]!, StringComparison.Ordinal);
    }

    // Maps have no order.
    private static JsonObject Sorted(JsonNode hashes, JsonObject like) =>
        new(like.Select(p => KeyValuePair.Create(p.Key, hashes[p.Key]?.DeepClone())));
}
