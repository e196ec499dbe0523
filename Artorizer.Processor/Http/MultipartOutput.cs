using System.Globalization;
using System.Text;
using Artorizer.Contracts.Engine;
using Artorizer.Processor.Engine;
using Google.Protobuf;

namespace Artorizer.Processor.Http;

/// <summary>Files and the result as multipart/mixed (RFC 2046, section 5.1.3). There is no progress on this way.</summary>
internal sealed class MultipartOutput(HttpResponse response) : IEngineOutput
{
    // The fields of the result with their zeros: who reads it need not know the schema's defaults.
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));
    private readonly string _boundary = "artorizer-" + Guid.NewGuid().ToString("n");

    public bool Wants(string variant) => true;

    public async ValueTask ReportAsync(EngineEvent message, CancellationToken cancellationToken)
    {
        if (message.Completed is { } completed)
        {
            var json = Encoding.UTF8.GetBytes(Formatter.Format(completed));
            await WriteHeadAsync("completed", "application/json", json.Length, cancellationToken);
            await response.Body.WriteAsync(json, cancellationToken);
            await response.WriteAsync($"\r\n--{_boundary}--\r\n", cancellationToken);
        }
    }

    public async Task StoreAsync(IReadOnlyList<EngineArtifact> artifacts, CancellationToken cancellationToken)
    {
        response.ContentType = $"multipart/mixed; boundary=\"{_boundary}\"";
        foreach (var artifact in artifacts)
        {
            await WriteHeadAsync(artifact.Variant, artifact.ContentType, artifact.Length, cancellationToken);
            await response.SendFileAsync(artifact.Path, 0, artifact.Length, cancellationToken);
        }
    }

    private Task WriteHeadAsync(string name, string contentType, long length, CancellationToken cancellationToken) =>
        response.WriteAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"\r\n--{_boundary}\r\nContent-Disposition: attachment; name=\"{name}\"\r\n"
                + $"Content-Type: {contentType}\r\nContent-Length: {length}\r\n\r\n"),
            cancellationToken);
}
