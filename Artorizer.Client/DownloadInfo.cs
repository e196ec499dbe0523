namespace Artorizer.Client;

/// <summary>A file of a job.</summary>
/// <param name="ContentType">Media type.</param>
/// <param name="FileName">What the server calls it.</param>
/// <param name="Length">In bytes.</param>
public sealed record DownloadInfo(string ContentType, string FileName, long Length);
