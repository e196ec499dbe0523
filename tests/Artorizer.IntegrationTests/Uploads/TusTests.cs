using System.Net;
using Artorizer.IntegrationTests.Api;

namespace Artorizer.IntegrationTests.Uploads;

/// <summary>tus 1.0.0, clause by clause.</summary>
[Trait("Topology", "any")]
public sealed class TusTests(ApiFixture api) : UploadTest(api)
{
    [Theory]
    [InlineData("files")]
    [InlineData("files/AAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Options_tell_what_is_offered(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        using var answer = await Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("1.0.0", answer.Header("Tus-Version"));
        Assert.Equal("creation,creation-with-upload,creation-defer-length,checksum,termination,expiration", answer.Header("Tus-Extension"));
        Assert.Equal("268435456", answer.Header("Tus-Max-Size"));
        Assert.Equal("sha256,sha1", answer.Header("Tus-Checksum-Algorithm"));
    }

    [Fact]
    public async Task A_file_in_chunks_becomes_a_job()
    {
        var file = Large(400_000);
        var path = await Client.CreateAsync(file.Length, TusClient.Metadata(("filename", "a.jpg"), ("artist_name", "Ada")));
        var offset = 0L;
        foreach (var size in new[] { 1, 99_999, 150_000 })
        {
            offset = await Client.AppendAsync(path, offset, file[(int)offset..((int)offset + size)]);
            Assert.Equal(offset, await Client.OffsetAsync(path));
        }

        using (var early = await Client.PostJsonAsync("protect", $$"""{"upload_id":"{{TusClient.IdOf(path)}}","artwork_title":"x"}"""))
        {
            Assert.Contains("250000 of 400000", (string)(await early.ProblemAsync(HttpStatusCode.Conflict))["detail"]!, StringComparison.Ordinal);
        }

        Assert.Equal(file.Length, await Client.AppendAsync(path, offset, file[(int)offset..]));

        // The artist came with the upload; what the request says itself goes first.
        using var answer = await Client.PostJsonAsync("protect", $$"""{"upload_id":"{{TusClient.IdOf(path)}}","artwork_title":"In chunks"}""");
        var jobId = (string)(await answer.JsonAsync(HttpStatusCode.Accepted))["job_id"]!;
        await AssertProtectedAsync(Client, jobId, file);
        var result = await Client.GetJsonAsync($"jobs/{jobId}/result");
        Assert.Equal(("Ada", "In chunks"), ((string?)result["artist"], (string?)result["title"]));

        using var again = await Client.PostJsonAsync("protect", Json(TusClient.IdOf(path)));
        Assert.Equal(jobId, (string?)(await again.JsonAsync(HttpStatusCode.Accepted))["job_id"]);
        Assert.Equal(file.Length, await Client.OffsetAsync(path));
    }

    [Fact]
    public async Task A_file_can_come_with_its_creation_and_submit_itself()
    {
        var file = Large(300_000);
        var metadata = TusClient.Complete(("submit", "true"));
        using var created = await Client.TusAsync(HttpMethod.Post, "files", file, ("Upload-Length", $"{file.Length}"), ("Upload-Metadata", metadata));

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(file.Length, created.Offset());
        Assert.True(DateTimeOffset.TryParse(created.Header("Upload-Expires"), out var expires) && expires > DateTimeOffset.UtcNow);
        await AssertProtectedAsync(Client, created.Header("Artorizer-Job-Id")!, file);

        using var head = await Client.TusAsync(HttpMethod.Head, created.Headers.Location!.OriginalString);
        Assert.Equal(created.Header("Artorizer-Job-Id"), head.Header("Artorizer-Job-Id"));
        Assert.Equal(metadata, head.Header("Upload-Metadata")?.Replace(", ", ",", StringComparison.Ordinal));
        Assert.Equal($"{file.Length}", head.Header("Upload-Length"));
        Assert.Contains("no-store", head.Header("Cache-Control"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_part_can_come_with_the_creation()
    {
        var file = Large(200_000);
        using var created = await Client.TusAsync(
            HttpMethod.Post, "files", file[..70_000], ("Upload-Length", "200000"), ("Upload-Metadata", TusClient.Complete()));
        Assert.Equal((HttpStatusCode.Created, 70_000L), (created.StatusCode, created.Offset()));
        Assert.Equal(200_000, await Client.AppendAsync(created.Headers.Location!.OriginalString, 70_000, file[70_000..]));
    }

    [Fact]
    public async Task The_length_can_be_told_later_and_then_stays()
    {
        var file = Large(150_000);
        using var created = await Client.TusAsync(
            HttpMethod.Post, "files", null, ("Upload-Defer-Length", "1"), ("Upload-Metadata", TusClient.Complete(("submit", "1"))));
        var path = created.Headers.Location!.OriginalString;
        Assert.Equal(100_000, await Client.AppendAsync(path, 0, file[..100_000]));
        using (var head = await Client.TusAsync(HttpMethod.Head, path))
        {
            Assert.Equal(("1", null), (head.Header("Upload-Defer-Length"), head.Header("Upload-Length")));
        }

        using (var tooShort = await Client.PatchAsync(path, 100_000, [], ("Upload-Length", "99999")))
        {
            Assert.Equal("Upload-Length", (string?)(await tooShort.ProblemAsync(HttpStatusCode.BadRequest))["field"]);
        }

        using (var told = await Client.PatchAsync(path, 100_000, file[100_000..120_000], ("Upload-Length", "150000")))
        {
            Assert.Equal((HttpStatusCode.NoContent, 120_000L), (told.StatusCode, told.Offset()));
        }

        using (var changed = await Client.PatchAsync(path, 120_000, file[120_000..], ("Upload-Length", "150001")))
        {
            await changed.ProblemAsync(HttpStatusCode.BadRequest);
        }

        using var last = await Client.PatchAsync(path, 120_000, file[120_000..]);
        await AssertProtectedAsync(Client, last.Header("Artorizer-Job-Id")!, file);
    }

    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public async Task A_chunk_with_a_wrong_checksum_is_discarded(string algorithm)
    {
        var file = Large(300_000);
        var path = await Client.CreateAsync(file.Length, TusClient.Complete(("submit", "true")));
        await Client.AppendAsync(path, 0, file[..100_000]);

        using (var wrong = await Client.PatchAsync(path, 100_000, file[100_000..], ("Upload-Checksum", TusClient.Checksum(algorithm, file))))
        {
            await wrong.ProblemAsync((HttpStatusCode)460);
        }

        Assert.Equal(100_000, await Client.OffsetAsync(path));
        using var right = await Client.PatchAsync(
            path, 100_000, file[100_000..], ("Upload-Checksum", TusClient.Checksum(algorithm, file[100_000..])));
        Assert.Equal(HttpStatusCode.NoContent, right.StatusCode);
        await AssertProtectedAsync(Client, right.Header("Artorizer-Job-Id")!, file);
    }

    [Fact]
    public async Task A_chunk_with_a_checksum_that_breaks_off_is_discarded()
    {
        var file = Large(300_000);
        var path = await Client.CreateAsync(file.Length, TusClient.Complete());
        using (await BeginPatchAsync(Host, path, 0, 300_000, file.AsMemory(0, 200_000), $"Upload-Checksum: {TusClient.Checksum("sha256", file)}\r\n"))
        {
            // Gone before the end.
        }

        Assert.Equal(0, await Client.OffsetAsync(path));
        Assert.Equal(file.Length, await Client.AppendAsync(path, 0, file));
    }

    [Theory]
    [InlineData("md5 AAAA", "algorithm")]
    [InlineData("sha256", "32 bytes")]
    [InlineData("sha256 AAAA", "32 bytes")]
    [InlineData("sha1 ****", "20 bytes")]
    public async Task A_checksum_that_is_none_is_refused(string checksum, string expected)
    {
        var path = await Client.CreateAsync(1000, TusClient.Complete());
        using var answer = await Client.PatchAsync(path, 0, new byte[10], ("Upload-Checksum", checksum));
        Assert.Contains(expected, (string)(await answer.ProblemAsync(HttpStatusCode.BadRequest))["error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_version_is_refused_with_the_one_that_is_spoken()
    {
        var path = await Client.CreateAsync(1000, TusClient.Complete());
        foreach (var version in new[] { "", "0.2.2", "2.0.0" })
        {
            using var answer = await Client.TusAsync(HttpMethod.Delete, path, null, ("Tus-Resumable", version));
            await answer.ProblemAsync(HttpStatusCode.PreconditionFailed);
            Assert.Equal("1.0.0", answer.Header("Tus-Version"));
        }

        Assert.Equal(0, await Client.OffsetAsync(path));
    }

    [Fact]
    public async Task Wrong_requests_change_nothing()
    {
        var file = Large(100_000);
        var path = await Client.CreateAsync(file.Length, TusClient.Complete());
        await Client.AppendAsync(path, 0, file[..1000]);

        using (var wrongOffset = await Client.PatchAsync(path, 999, file[999..]))
        {
            await wrongOffset.ProblemAsync(HttpStatusCode.Conflict);
            Assert.Equal("1.0.0", wrongOffset.Header("Tus-Resumable"));
        }

        using (var noOffset = await Client.TusAsync(HttpMethod.Patch, path, file[1000..]))
        {
            Assert.Equal("Upload-Offset", (string?)(await noOffset.ProblemAsync(HttpStatusCode.BadRequest))["field"]);
        }

        using (var negative = await Client.TusAsync(HttpMethod.Patch, path, file[1000..], ("Upload-Offset", "-1")))
        {
            await negative.ProblemAsync(HttpStatusCode.BadRequest);
        }

        using (var beyond = await Client.PatchAsync(path, 1000, file))
        {
            await beyond.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        }

        using (var request = new HttpRequestMessage(HttpMethod.Patch, path.TrimStart('/')))
        {
            request.Headers.Add("Tus-Resumable", "1.0.0");
            request.Headers.Add("Upload-Offset", "1000");
            request.Content = new ByteArrayContent(file[1000..]) { Headers = { { "Content-Type", "application/octet-stream" } } };
            using var wrongType = await Client.SendAsync(request, Token);
            await wrongType.ProblemAsync(HttpStatusCode.UnsupportedMediaType);
        }

        Assert.Equal(1000, await Client.OffsetAsync(path));
    }

    [Theory]
    [InlineData("", "", "Upload-Length")]
    [InlineData("x", "", "Upload-Length")]
    [InlineData("10", "1", "Upload-Defer-Length")]
    [InlineData("", "2", "Upload-Defer-Length")]
    public async Task A_creation_needs_one_length(string length, string deferred, string field)
    {
        using var answer = await Client.TusAsync(HttpMethod.Post, "files", null, ("Upload-Length", length), ("Upload-Defer-Length", deferred));
        Assert.Equal(field, (string?)(await answer.ProblemAsync(HttpStatusCode.BadRequest))["field"]);
    }

    [Theory]
    [InlineData("filename !!!", "Upload-Metadata")]
    [InlineData("filename YQ==,filename YQ==", "filename")]
    [InlineData("colour cmVk", "colour")]
    [InlineData("sha256 YWJj", "sha256")]
    [InlineData("image_url aHR0cDovL2EuYi9j", "image_url")]
    [InlineData("local_path L2V0Yy9wYXNzd2Q=", "local_path")]
    [InlineData("submit dHJ1ZQ==", "artist_name")]
    public async Task Bad_metadata_are_named(string metadata, string field)
    {
        using var answer = await Client.TusAsync(HttpMethod.Post, "files", null, ("Upload-Length", "10"), ("Upload-Metadata", metadata));
        Assert.Equal(field, (string?)(await answer.ProblemAsync(HttpStatusCode.BadRequest))["field"]);
    }

    [Fact]
    public async Task A_file_beyond_the_limit_is_refused_at_once()
    {
        using var answer = await Client.TusAsync(HttpMethod.Post, "files", null, ("Upload-Length", "268435457"));
        await answer.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        using var empty = await Client.TusAsync(HttpMethod.Post, "files", null, ("Upload-Length", "0"));
        Assert.Equal("The file is empty.", (string?)(await empty.ProblemAsync(HttpStatusCode.BadRequest))["detail"]);
    }

    [Fact]
    public async Task What_is_no_image_is_refused_with_the_byte_that_tells_and_is_gone()
    {
        var path = await Client.CreateAsync(5_000_000, TusClient.Complete());
        using (var text = await Client.PatchAsync(path, 0, new byte[4096]))
        {
            Assert.Equal("Invalid image file format", (string?)(await text.ProblemAsync(HttpStatusCode.BadRequest))["error"]);
        }

        using var head = await Client.TusAsync(HttpMethod.Head, path);
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);

    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_is_not_the_declared_one_is_refused(bool inOnePiece)
    {
        var file = Large(200_000);
        var path = await Client.CreateAsync(file.Length, TusClient.Complete(("sha256", new string('0', 64)), ("submit", "true")));
        if (!inOnePiece)
        {
            // A chunk with a checksum is not seen on its way, so the whole is looked at when it is submitted.
            using var first = await Client.PatchAsync(path, 0, file[..100], ("Upload-Checksum", TusClient.Checksum("sha1", file[..100])));
            Assert.Equal(HttpStatusCode.NoContent, first.StatusCode);
        }

        using var answer = await Client.PatchAsync(path, inOnePiece ? 0 : 100, file[(inOnePiece ? 0 : 100)..]);
        Assert.Equal("sha256", (string?)(await answer.ProblemAsync(HttpStatusCode.BadRequest))["field"]);
        using var head = await Client.TusAsync(HttpMethod.Head, path);
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
    }

    [Fact]
    public async Task A_terminated_upload_is_gone()
    {
        var path = await Client.CreateAsync(1000, TusClient.Complete());
        using (var deleted = await Client.TusAsync(HttpMethod.Delete, path))
        {
            Assert.Equal((HttpStatusCode.NoContent, "1.0.0"), (deleted.StatusCode, deleted.Header("Tus-Resumable")));
        }

        foreach (var method in new[] { HttpMethod.Head, HttpMethod.Delete })
        {
            using var answer = await Client.TusAsync(method, path);
            Assert.Equal((HttpStatusCode.NotFound, null), (answer.StatusCode, answer.Header("Upload-Offset")));
        }
    }

    [Fact]
    public async Task Methods_can_be_named_in_a_header()
    {
        var file = Large(100_000);
        var path = await Client.CreateAsync(file.Length, TusClient.Complete());
        using (var patch = await Client.TusAsync(HttpMethod.Post, path, file[..500], ("X-HTTP-Method-Override", "PATCH"), ("Upload-Offset", "0")))
        {
            Assert.Equal((HttpStatusCode.NoContent, 500L), (patch.StatusCode, patch.Offset()));
        }

        using (var delete = await Client.TusAsync(HttpMethod.Post, path, null, ("X-HTTP-Method-Override", "DELETE")))
        {
            Assert.Equal(HttpStatusCode.NoContent, delete.StatusCode);
        }

        using var none = await Client.TusAsync(HttpMethod.Post, path);
        await none.ProblemAsync(HttpStatusCode.MethodNotAllowed);
    }

    [Trait("Stores", "embedded")]
    [Fact]
    public async Task An_upload_expires_and_is_swept()
    {
        var slow = await StartAsync(new Dictionary<string, string?> { ["Uploads:Lifetime"] = "00:00:01" });
        var file = Large(200_000);
        var path = await slow.Client.CreateAsync(file.Length, TusClient.Complete());
        await Eventually.TrueAsync(async () =>
        {
            using var head = await slow.Client.TusAsync(HttpMethod.Head, path);
            return head.StatusCode == HttpStatusCode.Gone;
        });

        var swift = await StartAsync(
            new Dictionary<string, string?> { ["Uploads:Lifetime"] = "00:00:03", ["Uploads:SweepInterval"] = "00:00:00.200" });
        path = await swift.Client.CreateAsync(file.Length, TusClient.Complete());
        await swift.Client.AppendAsync(path, 0, file[..150_000]);
        Assert.Equal(1, ObjectFiles(swift));
        await Eventually.TrueAsync(() => ObjectFiles(swift) == 0);
        using var gone = await swift.Client.TusAsync(HttpMethod.Head, path);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    [Trait("Topology", "own")]
    public async Task Somebody_elses_upload_looks_like_none()
    {
        var host = await StartAsync(TwoOwners);
        using var ada = As(host, AdaKey);
        using var bob = As(host, BobKey);
        var file = Large(100_000);
        var path = await ada.CreateAsync(file.Length, TusClient.Complete());
        await ada.AppendAsync(path, 0, file);

        foreach (var method in new[] { HttpMethod.Head, HttpMethod.Delete })
        {
            using var answer = await bob.TusAsync(method, path);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        using var patch = await bob.PatchAsync(path, file.Length, []);
        Assert.Equal(HttpStatusCode.NotFound, patch.StatusCode);
        using var protect = await bob.PostJsonAsync("protect", Json(TusClient.IdOf(path)));
        await protect.ProblemAsync(HttpStatusCode.NotFound);
        using var stranger = await host.Client.TusAsync(HttpMethod.Head, path);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        using var own = await ada.PostJsonAsync("protect", Json(TusClient.IdOf(path)));
        await AssertProtectedAsync(ada, (string)(await own.JsonAsync(HttpStatusCode.Accepted))["job_id"]!, file);
    }
}
