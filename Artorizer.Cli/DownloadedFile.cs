namespace Artorizer.Cli;

/// <summary>A line of <c>artorizer jobs download --json</c>.</summary>
internal sealed record DownloadedFile(string JobId, string Variant, string Path, string ContentType, long Length);
