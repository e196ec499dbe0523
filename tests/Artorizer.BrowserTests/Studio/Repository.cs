namespace Artorizer.BrowserTests.Studio;

/// <summary>Places in the source tree the tests run from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Debug or Release, as the tests themselves were built.</summary>
    public static string Configuration { get; } =
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            ? "Release"
            : "Debug";

    public static string WebRoot => Path.Combine(Root, "Artorizer.Router", "wwwroot");

    public static string Host =>
        Path.Combine(Root, "Artorizer.Standalone", "bin", Configuration, "net10.0", "Artorizer.Standalone.dll");

    /// <summary>Screenshots go here; the folder is not under version control.</summary>
    public static string Screenshots => Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots")).FullName;

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Artorizer.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests must run from inside the source tree.");
    }
}
