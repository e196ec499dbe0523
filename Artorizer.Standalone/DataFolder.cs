using System.ComponentModel.DataAnnotations;
using Artorizer.Infrastructure.Embedded;

namespace Artorizer.Standalone;

/// <summary>Where everything is kept. It is for its owner alone: it holds images, and the hashes of keys.</summary>
internal static class DataFolder
{
    /// <summary>Makes the folder if it is not there, and takes it from others where it was open to them.</summary>
    /// <exception cref="ValidationException">It cannot be made.</exception>
    public static void Create(string path)
    {
        try
        {
            OwnerAccess.CreateDirectory(path);
            OwnerAccess.Tighten(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ValidationException($"The data folder {Path.GetFullPath(path)} cannot be made; choose another with --data. ({e.Message})", e);
        }
    }
}
