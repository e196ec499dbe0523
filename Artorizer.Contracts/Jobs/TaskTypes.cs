namespace Artorizer.Contracts.Jobs;

/// <summary>Names of built-in task types.</summary>
public static class TaskTypes
{
    /// <summary>Returns its data.</summary>
    public const string Echo = "echo";

    /// <summary>Waits for as many milliseconds as its data say.</summary>
    public const string Sleep = "sleep";

    /// <summary>Computes perceptual hashes of an image.</summary>
    public const string ExtractHashes = "extract_hashes";

    /// <summary>Tells a callback URL that a job has finished. Made by workers, not open to callers.</summary>
    public const string DeliverCallback = "$deliver_callback";

    /// <summary>Removes what was still written of a deleted job. A message alone, without a job; made by routers, not open to callers.</summary>
    public const string RemoveFiles = "$remove_files";

    /// <summary>Whether a type is made by the system alone.</summary>
    public static bool IsInternal(string type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type.StartsWith('$');
    }
}
