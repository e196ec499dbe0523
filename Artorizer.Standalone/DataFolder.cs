using System.ComponentModel.DataAnnotations;

namespace Artorizer.Standalone;

/// <summary>Where everything is kept. It is for its owner alone: it holds images, and the hashes of keys.</summary>
internal static class DataFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes the folder if it is not there.</summary>
    /// <exception cref="ValidationException">It cannot be made.</exception>
    public static void Create(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, OwnerOnly);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ValidationException($"The data folder {Path.GetFullPath(path)} cannot be made; choose another with --data. ({e.Message})", e);
        }
    }
}
