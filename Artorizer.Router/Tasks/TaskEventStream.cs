using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Router.Errors;
using Artorizer.Router.Limits;
using Artorizer.Router.Security;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;

namespace Artorizer.Router.Tasks;

/// <summary>
/// <c>GET /api/tasks/stream</c>: every change of the caller's tasks as server-sent events, as
/// <c>StreamTasks</c> tells them over gRPC.
/// </summary>
internal static class TaskEventStream
{
    private const int MaxValues = 1000;

    public static async Task WriteAsync(
        HttpContext http,
        TaskStream stream,
        IHostApplicationLifetime lifetime,
        [FromQuery(Name = "task_ids")] string[]? ids,
        [FromQuery(Name = "task_types")] string[]? types,
        [FromQuery(Name = "include_existing")] string? existing)
    {
        var filter = new TaskStreamFilter(http.Owner(), Ids(ids), Types(types), Flag(existing) || IsReconnect(http.Request.Headers));
        if (HttpMethods.IsHead(http.Request.Method))
        {
            await OpenAsync(http);
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await foreach (var job in stream.ReadAsync(filter, () => OpenAsync(http), stop.Token))
            {
                if (job is null)
                {
                    http.Response.BodyWriter.Write(":\n\n"u8);
                }
                else
                {
                    Write(http.Response.BodyWriter, job);
                }

                await TimedWrites.FlushAsync(http, stop.Token);
            }
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // The body ends, and the listener comes back.
        }
    }

    private static async Task OpenAsync(HttpContext http)
    {
        var response = http.Response;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        await response.Body.FlushAsync(http.RequestAborted);
    }

    private static void Write(IBufferWriter<byte> output, Job job)
    {
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {job.TaskId}\nevent: task\ndata: "), output);
        using (var writer = new Utf8JsonWriter(
            output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }))
        {
            JsonSerializer.Serialize(writer, TaskView.Of(job), ApiJsonContext.Default.TaskView);
        }

        output.Write("\n\n"u8);
    }

    // Changes of many tasks have no common numbers to go on from. Who was here before gets the present state of each task instead,
    // which is all that a change that was missed would have told.
    private static bool IsReconnect(IHeaderDictionary headers) => !StringValues.IsNullOrEmpty(headers["Last-Event-ID"]);

    private static HashSet<int> Ids(string[]? values)
    {
        Bound("task_ids", values);
        return [.. (values ?? []).Select(value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw ApiException.BadField("task_ids", "must be the numbers of tasks"))];
    }

    private static HashSet<string> Types(string[]? values)
    {
        Bound("task_types", values);
        return new HashSet<string>(values ?? [], StringComparer.Ordinal);
    }

    private static void Bound(string name, string[]? values)
    {
        if (values?.Length > MaxValues)
        {
            throw ApiException.BadField(name, $"at most {MaxValues} of them");
        }
    }

    private static bool Flag(string? text) => text switch
    {
        null or "" or "0" or "false" => false,
        "1" or "true" => true,
        _ => throw ApiException.BadField("include_existing", "must be true or false"),
    };
}
