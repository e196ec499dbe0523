namespace Artorizer.Testing;

/// <summary>Places in the source tree that the tests run from.</summary>
public static class Repository
{
    /// <summary>Folder of <c>Artorizer.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Folder with what a project was built into, in the configuration of the tests themselves.</summary>
    /// <param name="project">Its folder from the root, such as <c>examples/Artorizer.Examples.Tasks</c>.</param>
    public static string OutputOf(string project)
    {
        // …/bin/CONFIGURATION/FRAMEWORK/
        var here = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(Root, project, "bin", here.Parent!.Name, here.Name);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Artorizer.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests must run from inside the source tree.");
    }
}
