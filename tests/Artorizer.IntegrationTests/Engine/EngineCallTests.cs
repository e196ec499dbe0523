using System.Net;
using System.Security.Cryptography;
using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Artorizer.IntegrationTests.Engine;

/// <summary>The three ways of calling the engine, their order of events, and their errors.</summary>
public sealed class EngineCallTests(EngineFixture engine)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reads_from_a_URL_and_writes_to_URLs()
    {
        var command = Command("urls", "photo.jpg");
        var events = await RunAsync(command);

        var completed = events[^1].Completed;
        Assert.Equal(["analysis", "mask", "protected", "summary", "thumbnail"], completed.Artifacts.Select(artifact => artifact.Variant).Order());
        foreach (var artifact in completed.Artifacts)
        {
            var (contentType, bytes) = engine.Stored[$"urls/{artifact.Variant}"];
            Assert.Equal(artifact.ContentType, contentType);
            Assert.Equal(artifact.Length, bytes.Length);
            Assert.Equal(artifact.Sha256, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }

        AssertOrder(events);
    }

    [Fact]
    public async Task Tries_the_store_again()
    {
        engine.Faults["/originals/small.png"] = new([503]);
        engine.Faults["/results/retried/mask"] = new([500, 503]);
        var events = await RunAsync(Command("retried", "small.png"));

        Assert.NotNull(events[^1].Completed);
        Assert.Contains("retried/mask", engine.Stored.Keys);
    }

    [Fact]
    public async Task Makes_only_what_is_asked_for()
    {
        var command = Command("few", "photo.jpg");
        command.Options.IncludeProtection = false;
        var events = await RunAsync(command);

        Assert.Equal(["analysis", "summary", "thumbnail"], events[^1].Completed.Artifacts.Select(artifact => artifact.Variant).Order());
        Assert.DoesNotContain("few/protected", engine.Stored.Keys);
        AssertOrder(events);
    }

    [Fact]
    public async Task Streams_bytes_in_and_out()
    {
        var run = await EngineRun.ProtectAsync(engine, "photo.jpg");

        foreach (var artifact in run.Completed.Artifacts)
        {
            Assert.Equal(artifact.Length, run.Artifacts[artifact.Variant].Length);
            Assert.Equal(artifact.Sha256, Convert.ToHexStringLower(SHA256.HashData(run.Artifacts[artifact.Variant])));
        }

        AssertOrder(run.Events);
    }

    [Theory]
    [InlineData("missing.jpg", JobErrorCodes.OriginalMissing, StatusCode.InvalidArgument)]
    [InlineData("pillow.txt", JobErrorCodes.InvalidImage, StatusCode.InvalidArgument)]
    public async Task Says_why_an_original_is_no_good(string name, string code, StatusCode status)
    {
        await File.WriteAllTextAsync(engine.PathOf("pillow.txt"), "This is not an image.", Token);
        var (actual, exception) = await EngineRun.FailAsync(() => RunAsync(Command("bad", name)));
        Assert.Equal((code, status), (actual, exception.StatusCode));
        Assert.DoesNotContain("/", exception.Status.Detail);
    }

    [Fact]
    public async Task A_store_that_is_down_is_no_fault_of_the_job()
    {
        engine.Faults["/originals/odd.jpg"] = new([503, 503, 503]);
        var (code, exception) = await EngineRun.FailAsync(() => RunAsync(Command("down", "odd.jpg")));
        Assert.Equal((JobErrorCodes.StorageUnavailable, StatusCode.Unavailable), (code, exception.StatusCode));

        var unsigned = Command("unsigned", "small.png");
        unsigned.Targets[0].Headers.Clear();
        (code, _) = await EngineRun.FailAsync(() => RunAsync(unsigned));
        Assert.Equal(JobErrorCodes.StorageUnavailable, code);
    }

    [Fact]
    public async Task An_original_that_is_not_the_one_announced_is_not_used()
    {
        var command = Command("other", "small.png");
        command.Artwork.Sha256 = new string('0', 64);
        Assert.Equal(JobErrorCodes.OriginalDamaged, (await EngineRun.FailAsync(() => RunAsync(command))).Code);
    }

    [Theory]
    [InlineData("tree-ring", 0.5, "imagehash")]
    [InlineData("robust", 1.5, "imagehash")]
    [InlineData("robust", 0.5, "unknown")]
    public async Task Refuses_options_that_it_does_not_know(string strategy, double strength, string processor)
    {
        var options = EngineRun.Options(strategy, strength);
        options.Processors.Add(processor);
        var (code, exception) = await EngineRun.FailAsync(() => EngineRun.ProtectAsync(engine, "small.png", options));
        Assert.Equal((JobErrorCodes.InvalidOption, StatusCode.InvalidArgument), (code, exception.StatusCode));
    }

    [Fact]
    public async Task Ends_when_its_caller_goes()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var command = Command("gone", "photo.jpg");
        command.SourceUrl = engine.StoreAddress + "/slow";
        using var call = engine.Client.Protect(command, cancellationToken: cancel.Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        await cancel.CancelAsync();
        var exception = await Assert.ThrowsAsync<RpcException>(() => DrainAsync(call));
        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        Assert.NotNull((await RunAsync(Command("after", "small.png")))[^1].Completed);
    }

    [Fact]
    public async Task Serves_health_over_gRPC()
    {
        var health = new Health.HealthClient(engine.Channel);
        Assert.Equal(
            HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest(), cancellationToken: Token)).Status);
    }

    [Fact]
    public async Task Answers_a_form_with_all_files_over_plain_HTTP()
    {
        using var client = new HttpClient
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await client.SendAsync(Form("photo.jpg"), Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("multipart/mixed", response.Content.Headers.ContentType!.MediaType);
        var boundary = HeaderUtilities.RemoveQuotes(response.Content.Headers.ContentType.Parameters.Single().Value).Value!;
        var reader = new MultipartReader(boundary, await response.Content.ReadAsStreamAsync(Token));
        var parts = new Dictionary<string, byte[]>();
        while (await reader.ReadNextSectionAsync(Token) is { } section)
        {
            using var body = new MemoryStream();
            await section.Body.CopyToAsync(body, Token);
            Assert.Equal(section.Headers!["Content-Length"], body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
            parts[HeaderUtilities.RemoveQuotes(ContentDispositionHeaderValue.Parse(section.ContentDisposition!).Name).Value!] = body.ToArray();
        }

        Assert.Equal("completed", parts.Keys.Last());
        var completed = JsonParser.Default.Parse<Completed>(System.Text.Encoding.UTF8.GetString(parts["completed"]));
        Assert.All(
            completed.Artifacts, artifact => Assert.Equal(artifact.Sha256, Convert.ToHexStringLower(SHA256.HashData(parts[artifact.Variant]))));
        Assert.Equal(5, completed.Artifacts.Count);
    }

    [Fact]
    public async Task Says_over_plain_HTTP_what_is_wrong()
    {
        await File.WriteAllTextAsync(engine.PathOf("text.txt"), "This is not an image.", Token);
        using var client = new HttpClient
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await client.SendAsync(Form("text.txt"), Token);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains($"\"code\":\"{JobErrorCodes.InvalidImage}\"", await response.Content.ReadAsStringAsync(Token));

        using var noForm = await client.PostAsync(new Uri(engine.ProcessorAddress, "process"), new StringContent("{}"), Token);
        Assert.Equal(HttpStatusCode.BadRequest, noForm.StatusCode);
    }

    private static void AssertOrder(List<EngineEvent> events)
    {
        var plan = events[0].Plan.Steps;
        Assert.Equal(plan, events.Where(e => e.StepStarted is not null).Select(e => e.StepStarted.Name));
        Assert.Equal(plan, events.Where(e => e.StepCompleted is not null).Select(e => e.StepCompleted.Name));
        Assert.Equal(EngineEvent.EventOneofCase.Completed, events[^1].EventCase);
        Assert.Single(events, e => e.EventCase == EngineEvent.EventOneofCase.Completed);
    }

    private HttpRequestMessage Form(string name)
    {
        var form = new MultipartFormDataContent();
        form.Add(
            new StringContent(
                JsonFormatter.Default.Format(
                    new ProtectCommand { JobId = "form", Artwork = new Artwork { ArtworkId = "a" }, Options = EngineRun.Options() })),
            "command");
        form.Add(new ByteArrayContent(File.ReadAllBytes(engine.PathOf(name))), "image", name);
        return new HttpRequestMessage(HttpMethod.Post, new Uri(engine.ProcessorAddress, "process"))
        {
            Content = form,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    private ProtectCommand Command(string job, string name)
    {
        var command = new ProtectCommand
        {
            JobId = job,
            Artwork = new Artwork { ArtworkId = job },
            Options = EngineRun.Options(),
            SourceUrl = $"{engine.StoreAddress}/originals/{name}",
        };
        foreach (var variant in new[] { "protected", "mask", "analysis", "summary", "thumbnail" })
        {
            command.Targets.Add(new ArtifactTarget
            {
                Variant = variant,
                Url = $"{engine.StoreAddress}/results/{job}/{variant}",
                Method = "PUT",
                Headers = { ["x-signed"] = "yes" },
            });
        }

        return command;
    }

    private async Task<List<EngineEvent>> RunAsync(ProtectCommand command)
    {
        using var call = engine.Client.Protect(command, cancellationToken: Token);
        return await DrainAsync(call);
    }

    private static async Task<List<EngineEvent>> DrainAsync(AsyncServerStreamingCall<EngineEvent> call)
    {
        var events = new List<EngineEvent>();
        while (await call.ResponseStream.MoveNext(Token))
        {
            events.Add(call.ResponseStream.Current);
        }

        return events;
    }
}
