using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Artorizer.AppHostTests;

/// <summary>The dashboard's commands, against a server that answers as the router does.</summary>
public sealed class DashboardCommandTests
{
    private static readonly byte[] PngSignature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    [Fact]
    public async Task TheSampleIsAPictureOfItsOwnEachTimeAndTheAnswerShowsTheJob()
    {
        var images = new ConcurrentQueue<byte[]>();
        await using var router = await StartAsync(app => app.MapPost("/protect", async (HttpRequest request) =>
        {
            var form = await request.ReadFormAsync();
            using var image = new MemoryStream();
            await Assert.Single(form.Files, static file => file.Name == "image").CopyToAsync(image);
            images.Enqueue(image.ToArray());
            return form["artist_name"].Count == 1 && form["artwork_title"].Count == 1
                ? Results.Json(new { job_id = "01a1ffee-e7ce-743e-8845-5f6fb4930072", task_id = 1, status = "queued" }, statusCode: 202)
                : Results.BadRequest();
        }));

        var first = await ExecuteAsync(router, "send-sample");
        var second = await ExecuteAsync(router, "send-sample");

        Assert.True(first.Success, first.Message);
        Assert.True(second.Success, second.Message);
        Assert.NotNull(first.Data);
        Assert.Contains($"{Address(router)}jobs/01a1ffee-e7ce-743e-8845-5f6fb4930072", first.Data.Value, StringComparison.Ordinal);
        Assert.Equal(2, images.Count);
        Assert.All(images, static image => Assert.Equal(PngSignature, image.Take(PngSignature.Length)));
        Assert.NotEqual(images.First(), images.Last());
    }

    [Fact]
    public async Task ARefusedSampleSaysWhy()
    {
        await using var router = await StartAsync(static app => app.MapPost("/protect", static () =>
            Results.Problem("More than 10 jobs wait.", statusCode: 503)));

        var result = await ExecuteAsync(router, "send-sample");

        Assert.False(result.Success);
        Assert.Equal("More than 10 jobs wait.", result.Message);
    }

    [Fact]
    public async Task RedriveStartsEveryFailedJob()
    {
        var redriven = new ConcurrentQueue<string>();
        await using var router = await StartAsync(app =>
        {
            app.MapGet("/jobs", static (string status) => Results.Json(new
            {
                jobs = status == "failed" ? new[] { new { job_id = "one" }, new { job_id = "two" }, new { job_id = "gone" } } : [],
            }));
            app.MapPost("/jobs/{id}/redrive", (string id) =>
            {
                redriven.Enqueue(id);
                return id == "gone" ? Results.NotFound() : Results.Ok();
            });
        });

        var result = await ExecuteAsync(router, "redrive-failed");

        Assert.True(result.Success, result.Message);
        Assert.Equal(["one", "two", "gone"], redriven);
        Assert.Equal("2 jobs started anew, 1 not.", result.Message);
    }

    private static async Task<WebApplication> StartAsync(Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static Uri Address(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());

    private static async Task<ExecuteCommandResult> ExecuteAsync(WebApplication router, string command)
    {
        await using var model = await AppHostModel.BuildAsync("embedded");
        var endpoint = model.Endpoint("artorizer", "http");
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "127.0.0.1", Address(router).Port);
        await using var services = new ServiceCollection().AddHttpClient().BuildServiceProvider();
        var annotation = model.Get("artorizer").Annotations.OfType<ResourceCommandAnnotation>().Single(c => c.Name == command);
        return await annotation.ExecuteCommand(new ExecuteCommandContext
        {
            Services = services,
            ResourceName = "artorizer",
            CancellationToken = TestContext.Current.CancellationToken,
            Logger = NullLogger.Instance,
#pragma warning disable ASPIREINTERACTION001 // Required here, though the commands take no arguments.
            Arguments = new InteractionInputCollection([]),
#pragma warning restore ASPIREINTERACTION001
        });
    }
}
