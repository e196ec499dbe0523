using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Events;
using Artorizer.Infrastructure.Jobs;
using Artorizer.Router.Errors;

namespace Artorizer.Router.Jobs;

/// <summary><c>GET /jobs/{id}/events</c>: server-sent events (WHATWG HTML §9.2), numbered, resumable, ended after the job's last one.</summary>
internal static class JobEventStream
{
    // Proxies close connections that say nothing for a minute.
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20);

    // How long the stored events of a finished job may take to come.
    private static readonly TimeSpan Replay = TimeSpan.FromSeconds(1);

    public static async Task WriteAsync(HttpContext http, IJobStore jobs, IJobEvents events, string id)
    {
        var job = await JobEndpoints.FindAsync(http, jobs, id);
        var after = LastSequence(http.Request);
        var response = http.Response;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        await response.Body.FlushAsync(http.RequestAborted);

        var cancellationToken = http.RequestAborted;
        await using var source = events.SubscribeAsync(job.Id, after, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var next = source.MoveNextAsync().AsTask();
        var patience = job.IsFinished ? Replay : KeepAlive;
        while (true)
        {
            if (await Task.WhenAny(next, Task.Delay(patience, cancellationToken)) != next)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (await EndedUnheardAsync(jobs, job.Id, after, cancellationToken) is { } ending)
                {
                    Write(response.BodyWriter, ending);
                    await response.BodyWriter.FlushAsync(cancellationToken);
                    return;
                }

                response.BodyWriter.Write(":\n\n"u8);
                await response.BodyWriter.FlushAsync(cancellationToken);
                continue;
            }

            if (!await next)
            {
                return;
            }

            after = source.Current.Sequence;
            Write(response.BodyWriter, source.Current);
            await response.BodyWriter.FlushAsync(cancellationToken);
            if (source.Current.IsTerminal)
            {
                return;
            }

            next = source.MoveNextAsync().AsTask();
        }
    }

    // The state is stored before its event. A crash in between, or a resume after the last event, leaves a listener with
    // a finished job and nothing to come; it is told from the state.
    private static async Task<JobEvent?> EndedUnheardAsync(IJobStore jobs, string jobId, long after, CancellationToken cancellationToken)
    {
        var job = await jobs.GetAsync(jobId, cancellationToken);
        if (job is { IsFinished: false })
        {
            return null;
        }

        return new JobEvent
        {
            JobId = jobId,
            Sequence = after,
            Type = job switch { null => JobEventTypes.Deleted, { Status: JobStatus.Completed } => JobEventTypes.Completed, _ => JobEventTypes.Failed },
            At = job?.CompletedAt ?? default,
            Status = job?.Status ?? JobStatus.Failed,
            Progress = job?.Progress,
            Error = job?.Error,
        };
    }

    private static void Write(IBufferWriter<byte> output, JobEvent jobEvent)
    {
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {jobEvent.Sequence}\nevent: {jobEvent.Type}\ndata: "), output);
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true }))
        {
            JsonSerializer.Serialize(writer, JobEventView.Of(jobEvent), ApiJsonContext.Default.JobEventView);
        }

        output.Write("\n\n"u8);
    }

    private static long LastSequence(HttpRequest request)
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
