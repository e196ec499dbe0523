using System.Buffers;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire;
using Artorizer.Jobs;
using Artorizer.Jobs.Events;
using Artorizer.Jobs.Uploads;
using Artorizer.Router.Errors;
using Artorizer.Router.Limits;
using Artorizer.Router.Uploads;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Realtime;

/// <summary><c>GET /protect</c> as a WebSocket: metadata, bytes, end; then the job's progress until it is done.</summary>
internal sealed class ProtectSocket(
    BacklogGate gate,
    UploadIntake intake,
    UploadSubmission submission,
    IJobStore jobs,
    IJobEvents events,
    IOptionsMonitor<UploadOptions> options,
    IOptionsMonitor<RouterLimits> limits,
    TimeProvider time)
{
    private static readonly JsonWireProtocol Json = new();

    /// <summary>Holds the conversation to its end.</summary>
    /// <exception cref="ApiException">What the client did is refused; the caller tells it.</exception>
    /// <exception cref="SocketClosedException">The client has gone. What it sent is kept for a resume.</exception>
    public async Task RunAsync(SocketChannel channel, string owner, CancellationToken cancellationToken)
    {
        var idle = options.CurrentValue.IdleTimeout;
        channel.Measure(NewPace());
        var first = await channel.ReceiveAsync(idle, cancellationToken);
        channel.Measure(null);
        if (!first.IsText)
        {
            throw ApiException.BadField("type", "the first message is a text message with the metadata, or {\"type\":\"resume\",\"upload_id\":…}");
        }

        var fields = Json.ReadFields(new ReadOnlySequence<byte>(first.Bytes));
        var uploadId = ResumedId(fields) ?? await BeginAsync(fields, owner, cancellationToken);
        Job job;
        using (var upload = await intake.OpenAsync(uploadId, owner, cancellationToken))
        {
            var created = await ReceiveAsync(channel, upload, cancellationToken);
            job = created.Job;
            var status = created.Outcome == CreateJobOutcome.Duplicate ? "exists" : job.Status.ToString().ToLowerInvariant();
            await channel.SendAsync(
                new QueuedMessage(upload.Id, job.Id, job.TaskId, status, $"/jobs/{job.Id}", $"/jobs/{job.Id}/result", job.PreviousJobId),
                SocketJsonContext.Default.QueuedMessage,
                cancellationToken);
        }

        // The first event says "queued", which has just been said.
        await ProgressSocket.RunAsync(channel, job, after: 1, jobs, events, cancellationToken);
    }

    private static string? ResumedId(IReadOnlyList<WireField> fields)
    {
        var type = fields.FirstOrDefault(f => f.Name == "type")?.Value;
        if (type is null or "protect")
        {
            return null;
        }

        if (type is not "resume")
        {
            throw ApiException.BadField("type", "must be protect or resume in the first message");
        }

        if (fields.FirstOrDefault(f => f.Name is not ("type" or "upload_id")) is { } other)
        {
            throw ApiException.BadField(
                other.Name.Length <= 64 ? other.Name : "field", "not allowed when resuming; the metadata came with the first connection");
        }

        return fields.FirstOrDefault(f => f.Name == "upload_id")?.Value as string ?? throw ApiException.MissingField("upload_id");
    }

    private async Task<string> BeginAsync(IReadOnlyList<WireField> fields, string owner, CancellationToken cancellationToken)
    {
        await gate.EnterAsync(cancellationToken);
        var errors = new FieldErrors();
        var manifest = UploadFields.Apply(
            new UploadManifest
            {
                Id = "",
                Owner = owner,
                Way = UploadWays.WebSocket,
                Length = errors.Read(() => Size(fields)),
                CreatedAt = default,
                ExpiresAt = default,
            },
            fields.Where(f => f.Name is not ("type" or "size")),
            errors);
        submission.Validate(manifest, errors);
        return (await intake.BeginAsync(manifest, options.CurrentValue.Lifetime)).Id;
    }

    private static long? Size(IReadOnlyList<WireField> fields) => fields.FirstOrDefault(f => f.Name == "size")?.Value switch
    {
        null => null,
        long and >= 0 and var size => size,
        double size when size >= 0 && size == Math.Floor(size) && size < 1e15 => (long)size,
        _ => throw ApiException.BadField("size", "must be the file's length in bytes"),
    };

    private async Task<CreateJobResult> ReceiveAsync(SocketChannel channel, OpenUpload upload, CancellationToken cancellationToken)
    {
        if (upload.Manifest.Way == UploadWays.Presigned)
        {
            throw ApiException.BadField("upload_id", "this upload is put to its URL, not sent here");
        }

        if (upload.Manifest.JobId is null)
        {
            await intake.LoadOffsetAsync(upload, cancellationToken);
        }

        await channel.SendAsync(
            new AcceptedMessage(upload.Id, upload.Offset, upload.Manifest.ExpiresAt), SocketJsonContext.Default.AcceptedMessage, cancellationToken);
        if (upload.Manifest.JobId is null)
        {
            // A complete upload may lack its end all the same, if that is where the connection broke.
            channel.Measure(NewPace());
            var body = new SocketBody(channel, options.CurrentValue.IdleTimeout, upload.Offset, () => upload.Offset, time);
            await intake.AppendAsync(upload, body, checksum: null);
            channel.Measure(null);
            await EndAsync(upload, body, cancellationToken);
        }

        return await submission.SubmitAsync(upload, cancellationToken);
    }

    private UploadPace NewPace() => new(limits.CurrentValue, time);

    private async Task EndAsync(OpenUpload upload, SocketBody body, CancellationToken cancellationToken)
    {
        if (upload.Manifest.Length is { } length && upload.Offset < length)
        {
            throw ApiException.BadField("size", $"{upload.Offset} of {length} bytes came before the end; resume with the rest");
        }

        await intake.SetLengthAsync(upload, upload.Offset);
        await body.ReportAsync(cancellationToken);
        await intake.CompleteAsync(upload);
    }
}
