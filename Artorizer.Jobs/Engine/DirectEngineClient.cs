using System.Net;
using System.Text;
using System.Text.Json;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs.Objects;
using Google.Protobuf;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Artorizer.Jobs.Engine;

/// <summary>
/// The baseline: the whole image in one multipart POST to the processor, every artifact in its multipart answer.
/// Kept as the thing to beat; no progress comes back while it runs.
/// </summary>
/// <param name="http">Sends to the processor.</param>
/// <param name="objects">Where originals and artifacts are kept.</param>
public sealed class DirectEngineClient(HttpClient http, IObjectStore objects)
{
    private const string Step = "process";
    private const int MaxTries = 3;

    internal async Task<Completed> ProtectAsync(
        ProtectCommand command, OriginalImage original, JobAttempt attempt, CancellationToken cancellationToken)
    {
        attempt.Plan([Step]);
        attempt.StepStarted(Step);
        var started = TimeProvider.System.GetTimestamp();
        for (var tries = 1; ; tries++)
        {
            try
            {
                var completed = await ProtectOnceAsync(command, original, cancellationToken);
                attempt.StepCompleted(Step, TimeProvider.System.GetElapsedTime(started));
                return completed;
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError && tries < MaxTries)
            {
                // Nothing was sent. Service discovery names the next engine.
            }
            catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                throw EngineErrors.EngineUnreachable("The image engine could not be reached, or ended the call.", e);
            }
        }
    }

    private async Task<Completed> ProtectOnceAsync(ProtectCommand command, OriginalImage original, CancellationToken cancellationToken)
    {
        await using var content = await objects.OpenAsync(original.Key, 0, null, cancellationToken) ?? throw ProtectionRunner.OriginalMissing();
        using var request = Request(command, original, content);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return response.IsSuccessStatusCode
            ? await ReadAsync(response, command.JobId, cancellationToken)
            : throw await FailureAsync(response, cancellationToken);
    }

    private static HttpRequestMessage Request(ProtectCommand command, OriginalImage original, ObjectContent content)
    {
        var image = new StreamContent(content.Stream);
        image.Headers.ContentLength = content.Length;
        image.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue(original.ContentType);
        return new HttpRequestMessage(HttpMethod.Post, "process")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new MultipartFormDataContent
            {
                { new StringContent(JsonFormatter.Default.Format(command), Encoding.UTF8, "application/json"), "command" },
                { image, "image", "image" },
            },
        };
    }

    private async Task<Completed> ReadAsync(HttpResponseMessage response, string jobId, CancellationToken cancellationToken)
    {
        var boundary = response.Content.Headers.ContentType?.Parameters.FirstOrDefault(p => p.Name == "boundary")?.Value?.Trim('"')
            ?? throw EngineErrors.From(JobErrorCodes.Internal, "The image engine's answer is not multipart.");
        var parts = new MultipartReader(boundary, await response.Content.ReadAsStreamAsync(cancellationToken)) { BodyLengthLimit = null };
        while (await parts.ReadNextSectionAsync(cancellationToken) is { } part)
        {
            if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition))
            {
                continue;
            }

            var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
            if (name == "completed")
            {
                using var reader = new StreamReader(part.Body);
                return JsonParser.Default.Parse<Completed>(await reader.ReadToEndAsync(cancellationToken));
            }

            await objects.PutAsync(
                ArtifactKeys.Key(jobId, name),
                part.Body,
                new ObjectPutOptions { ContentType = part.ContentType ?? "application/octet-stream", ForAcceptedWork = true },
                cancellationToken);
        }

        throw EngineErrors.From(JobErrorCodes.EngineUnavailable, "The image engine ended the call before it was done.");
    }

    private static async Task<JobFailedException> FailureAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            return EngineErrors.WrongSecret();
        }

        var code = JobErrorCodes.Internal;
        var message = "The image engine failed unexpectedly.";
        if (response.Content.Headers.ContentType is { MediaType: "application/problem+json" })
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var problem = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            code = problem.RootElement.TryGetProperty("code", out var c) ? c.GetString() ?? code : code;
            message = problem.RootElement.TryGetProperty("detail", out var d) ? d.GetString() ?? message : message;
        }

        return EngineErrors.From(code, message);
    }
}
