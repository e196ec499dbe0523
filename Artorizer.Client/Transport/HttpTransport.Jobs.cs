using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Artorizer.Contracts.Api;

namespace Artorizer.Client.Transport;

internal sealed partial class HttpTransport
{
    private const int BufferSize = 64 * 1024;

    public Task<SubmittedView> ProtectAsync(ImageUpload? image, Uri? url, ProtectionSettings settings, CancellationToken cancellationToken)
    {
        var form = Form(settings, url);
        if (image is not null)
        {
            form.Add(new StreamContent(image.Open(), BufferSize), "image", image.FileName);
        }

        // A refusal comes before the bytes are sent.
        return SendFormAsync(form, settings, expectContinue: image is not null, cancellationToken);
    }

    private static MultipartFormDataContent Form(ProtectionSettings settings, Uri? url)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in ProtectionForm.Of(settings, url))
        {
            form.Add(new StringContent(value), name);
        }

        return form;
    }

    private Task<SubmittedView> SendFormAsync(
        MultipartFormDataContent form, ProtectionSettings settings, bool expectContinue, CancellationToken cancellationToken)
    {
        var request = Request(HttpMethod.Post, "protect", form);
        request.Headers.Add(IdempotencyKey, settings.IdempotencyKey);
        request.Headers.ExpectContinue = expectContinue;
        return SendAsync(request, _options.Timeouts.Upload, ReadSubmittedAsync, cancellationToken);
    }

    public Task<JobView> GetJobAsync(string id, CancellationToken cancellationToken) => GetAsync<JobView>(Job(id), cancellationToken);

    public Task<JobListView> ListJobsAsync(JobFilter filter, string? cursor, CancellationToken cancellationToken)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"jobs?limit={filter.PageSize}");
        path += filter.Status is { } status ? $"&status={status.ToString().ToLowerInvariant()}" : "";
        path += filter.Type is { } type ? $"&type={Uri.EscapeDataString(type)}" : "";
        path += cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
        return GetAsync<JobListView>(path, cancellationToken);
    }

    public Task<JobResultView> GetResultAsync(string id, CancellationToken cancellationToken) =>
        GetAsync<JobResultView>(Job(id) + "/result", cancellationToken);

    public Task DeleteJobAsync(string id, CancellationToken cancellationToken) =>
        CallAsync<MessageView>(HttpMethod.Delete, Job(id), null, _options.Timeouts.Call, cancellationToken);

    public Task RedriveJobAsync(string id, CancellationToken cancellationToken) =>
        CallAsync<JobView>(HttpMethod.Post, Job(id) + "/redrive", null, _options.Timeouts.Call, cancellationToken);

    public IAsyncEnumerable<JobEventView> WatchJobAsync(string id, long after, CancellationToken cancellationToken) =>
        EventsAsync(
            Job(id) + "/events",
            after > 0 ? after.ToString(CultureInfo.InvariantCulture) : null,
            ApiJsonContext.Default.JobEventView,
            cancellationToken);

    public async Task<DownloadInfo> DownloadAsync(string id, string variant, DownloadSink sink, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{Job(id)}/download/{Uri.EscapeDataString(variant)}", UriKind.Relative));
        if (sink.Offset > 0)
        {
            request.Headers.Range = new RangeHeaderValue(sink.Offset, null);
        }

        HttpResponseMessage answer;
        try
        {
            answer = await OpenAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (ArtorizerException e) when (e.Status == (int)HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return await CompleteAsync(request.RequestUri!, sink, e, cancellationToken).ConfigureAwait(false);
        }

        using (answer)
        {
            return await CopyAsync(answer, sink, cancellationToken).ConfigureAwait(false);
        }
    }

    // A range that begins at the end of the file cannot be had, and nothing is missing.
    private async Task<DownloadInfo> CompleteAsync(Uri file, DownloadSink sink, ArtorizerException refusal, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, file);
        using var answer = await OpenAsync(request, cancellationToken).ConfigureAwait(false);
        return answer.Content.Headers.ContentLength == sink.Offset ? Info(answer, sink.Offset) : throw refusal;
    }

    private async Task<DownloadInfo> CopyAsync(HttpResponseMessage answer, DownloadSink sink, CancellationToken cancellationToken)
    {
        var range = answer.Content.Headers.ContentRange;
        var partial = answer.StatusCode == HttpStatusCode.PartialContent;
        var skip = partial ? 0 : sink.Offset;
        if (partial && range?.From != sink.Offset)
        {
            throw HttpFailures.Unreadable("it is not the range asked for.", answer.StatusCode);
        }

        var length = partial ? range!.Length : answer.Content.Headers.ContentLength;
        var body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var limited = new IdleLimitStream(body, _options.Timeouts.Idle, _options.TimeProvider);
        var buffer = new byte[BufferSize];
        int read;
        while ((read = await ReadAsync(limited, buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            var known = (int)Math.Min(skip, read);
            skip -= known;
            if (known < read)
            {
                await sink.WriteAsync(buffer.AsMemory(known, read - known), cancellationToken).ConfigureAwait(false);
            }
        }

        return length is null || length == sink.Offset
            ? Info(answer, sink.Offset)
            : throw new ArtorizerException($"The connection to {_server} was lost: {sink.Offset} of {length} bytes came.");
    }

    private async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.Timeouts.Call, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode)
            {
                return answer;
            }

            using (answer)
            {
                throw await HttpFailures.OfAnswerAsync(answer, _options.TimeProvider, either.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (HttpFailures.IsConnection(e) && !cancellationToken.IsCancellationRequested)
        {
            throw HttpFailures.OfConnection(e, _server);
        }
    }

    private async ValueTask<int> ReadAsync(IdleLimitStream body, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (HttpFailures.IsConnection(e) && !cancellationToken.IsCancellationRequested)
        {
            throw HttpFailures.OfConnection(e, _server);
        }
    }

    // 202: a job to come. 200 with its address: the caller waited, and this is the result. 200 without: the image was known.
    private async Task<SubmittedView> ReadSubmittedAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.StatusCode == HttpStatusCode.Accepted || answer.Headers.Location is null)
        {
            return await ReadAsync<SubmittedView>(answer, cancellationToken).ConfigureAwait(false);
        }

        var result = await ReadAsync<JobResultView>(answer, cancellationToken).ConfigureAwait(false);
        return new SubmittedView
        {
            JobId = result.JobId,
            TaskId = result.TaskId,
            Status = result.Status.ToString().ToLowerInvariant(),
            StatusUrl = $"/jobs/{result.JobId}",
            EventsUrl = $"/jobs/{result.JobId}/events",
            ResultUrl = $"/jobs/{result.JobId}/result",
        };
    }

    private static DownloadInfo Info(HttpResponseMessage answer, long length)
    {
        var headers = answer.Content.Headers;
        var name = headers.ContentDisposition?.FileNameStar ?? headers.ContentDisposition?.FileName?.Trim('"') ?? "";
        return new DownloadInfo(headers.ContentType?.MediaType ?? "application/octet-stream", name, length);
    }

    private static string Job(string id) => $"jobs/{Uri.EscapeDataString(id)}";
}
