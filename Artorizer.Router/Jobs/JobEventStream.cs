using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Events;
using Artorizer.Router.Errors;
using Artorizer.Router.Limits;

namespace Artorizer.Router.Jobs;

/// <summary><c>GET /jobs/{id}/events</c>: server-sent events (WHATWG HTML §9.2), numbered, resumable, ended after the job's last one.</summary>
internal static class JobEventStream
{
    public static async Task WriteAsync(HttpContext http, IJobStore jobs, IJobEvents events, string id)
    {
        var job = await JobEndpoints.FindAsync(http, jobs, id);
        var after = LastSequence(http.Request);
        var response = http.Response;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        await response.Body.FlushAsync(http.RequestAborted);
        if (HttpMethods.IsHead(http.Request.Method))
        {
            return;
        }

        await foreach (var jobEvent in JobEventFeed.ReadAsync(job, after, jobs, events, http.RequestAborted))
        {
            if (jobEvent is null)
            {
                response.BodyWriter.Write(":\n\n"u8);
            }
            else
            {
                Write(response.BodyWriter, jobEvent);
            }

            await TimedWrites.FlushAsync(http, http.RequestAborted);
        }
    }

    private static void Write(IBufferWriter<byte> output, JobEvent jobEvent)
    {
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {jobEvent.Sequence}\nevent: {jobEvent.Type}\ndata: "), output);
        using (var writer = new Utf8JsonWriter(
            output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }))
        {
            JsonSerializer.Serialize(writer, JobEventView.Of(jobEvent), ApiJsonContext.Default.JobEventView);
        }

        output.Write("\n\n"u8);
    }

    /// <summary>The number after which a listener wants to go on: <c>Last-Event-ID</c>, or <c>after</c> in the query; 0 for all.</summary>
    public static long LastSequence(HttpRequest request)
    {
        var text = request.Headers["Last-Event-ID"].ToString();
        if (text.Length == 0)
        {
            text = request.Query["after"].ToString();
        }

        if (text.Length == 0)
        {
            return 0;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? sequence
            : throw ApiException.BadField("Last-Event-ID", "must be the id of an earlier event");
    }
}
