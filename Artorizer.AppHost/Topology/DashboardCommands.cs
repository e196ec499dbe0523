using System.Net.Http.Headers;
using System.Text.Json;

namespace Artorizer.AppHost.Topology;

/// <summary>Buttons on the dashboard, beside the router.</summary>
internal static class DashboardCommands
{
    /// <summary>Name of the command that sends a sample image.</summary>
    public const string SendSample = "send-sample";

    /// <summary>Name of the command that starts failed jobs anew.</summary>
    public const string RedriveFailed = "redrive-failed";

    // The router lists this many at once.
    private const int MaxRedriven = 1000;

    /// <summary>Adds the commands. They call the router's own API, as any client on this machine could.</summary>
    public static IResourceBuilder<ProjectResource> WithDashboardCommands(this IResourceBuilder<ProjectResource> router) => router
        .WithHttpCommand("/protect", "Send a sample image", endpointName: "http", SendSample, new HttpCommandOptions
        {
            Description = "Draws a picture, sends it to the router and shows the job's address.",
            IconName = "ImageAdd",
            IsHighlighted = true,
            PrepareRequest = PrepareSample,
            GetCommandResult = ReadSampleAsync,
        })
        .WithHttpCommand("/jobs", "Redrive failed jobs", endpointName: "http", RedriveFailed, new HttpCommandOptions
        {
            Description = "Starts the failed jobs anew, with all their attempts.",
            ConfirmationMessage = "Start every failed job anew?",
            IconName = "ArrowClockwise",
            Method = HttpMethod.Get,
            PrepareRequest = PrepareList,
            GetCommandResult = RedriveAsync,
        });

    private static Task PrepareSample(HttpCommandRequestContext context)
    {
        var image = new ByteArrayContent(SamplePicture.Draw(Random.Shared.NextDouble()));
        image.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        context.Request.Content = new MultipartFormDataContent
        {
            { image, "image", "sample.png" },
            { new StringContent("Artorizer"), "artist_name" },
            { new StringContent("Sample"), "artwork_title" },
        };
        return Task.CompletedTask;
    }

    private static async Task<ExecuteCommandResult> ReadSampleAsync(HttpCommandResultContext context)
    {
        using var answer = await ReadAsync(context.Response, context.CancellationToken);
        if (!context.Response.IsSuccessStatusCode)
        {
            return Refused(context.Response, answer);
        }

        var root = answer.RootElement;
        var job = root.GetProperty("job_id").GetString();
        var page = new Uri(context.Endpoint.Url);
        var address = new Uri(page, $"/jobs/{job}");
        return CommandResults.Success(
            $"Job {job}: {root.GetProperty("status").GetString()}.",
            $"[Job {job}]({address}), and [all of them on the web page]({page}).",
            CommandResultFormat.Markdown,
            displayImmediately: true);
    }

    private static Task PrepareList(HttpCommandRequestContext context)
    {
        context.Request.RequestUri = new UriBuilder(context.Request.RequestUri!) { Query = $"status=failed&limit={MaxRedriven}" }.Uri;
        return Task.CompletedTask;
    }

    private static async Task<ExecuteCommandResult> RedriveAsync(HttpCommandResultContext context)
    {
        using var answer = await ReadAsync(context.Response, context.CancellationToken);
        if (!context.Response.IsSuccessStatusCode)
        {
            return Refused(context.Response, answer);
        }

        var (started, refused) = (0, 0);
        foreach (var job in answer.RootElement.GetProperty("jobs").EnumerateArray())
        {
            var address = new Uri(new Uri(context.Endpoint.Url), $"/jobs/{job.GetProperty("job_id").GetString()}/redrive");
            using var response = await context.HttpClient.PostAsync(address, content: null, context.CancellationToken);
            // Somebody else may have started or removed it meanwhile.
            _ = response.IsSuccessStatusCode ? started++ : refused++;
        }

        return CommandResults.Success(refused == 0 ? $"{started} jobs started anew." : $"{started} jobs started anew, {refused} not.");
    }

    private static async Task<JsonDocument> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
    }

    private static ExecuteCommandResult Refused(HttpResponseMessage response, JsonDocument problem) =>
        CommandResults.Failure(problem.RootElement.TryGetProperty("detail", out var detail) && detail.GetString() is { } sentence
            ? sentence
            : $"The router answered {(int)response.StatusCode}.");
}
