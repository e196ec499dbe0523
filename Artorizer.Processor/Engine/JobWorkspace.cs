using System.Security.Cryptography;

namespace Artorizer.Processor.Engine;

/// <summary>A job's private temporary folder, removed with all it holds when the job ends.</summary>
public sealed class JobWorkspace : IDisposable
{
    private readonly DirectoryInfo _folder;

    /// <summary>Makes the folder, readable by this process's user alone.</summary>
    public JobWorkspace(string? parent)
    {
        if (parent is null)
        {
            _folder = Directory.CreateTempSubdirectory("artorizer-engine-");
            return;
        }

        Directory.CreateDirectory(parent);
        _folder = new DirectoryInfo(Path.Combine(parent, "artorizer-engine-" + Guid.NewGuid().ToString("n")));
        _folder.Create();
    }

    /// <summary>Where the original is written to.</summary>
    public string Source => PathOf("source");

    /// <summary>The path of a file.</summary>
    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Describes a finished file.</summary>
    public async Task<EngineArtifact> DescribeAsync(string variant, string contentType, CancellationToken cancellationToken)
    {
        await using var file = OpenRead(PathOf(variant));
        var hash = await SHA256.HashDataAsync(file, cancellationToken);
        return new EngineArtifact(variant, contentType, PathOf(variant), file.Length, Convert.ToHexStringLower(hash));
    }

    /// <summary>Opens a file for reading from start to end.</summary>
    public static FileStream OpenRead(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan | FileOptions.Asynchronous);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The job's outcome stands; what is left in the temporary folder is the system's to clean.
        }
    }
}
