namespace Artorizer.BrowserTests.Studio;

/// <summary>Folders of this suite.</summary>
internal static class Places
{
    /// <summary>The page as it is in the source tree.</summary>
    public static string WebRoot => Path.Combine(Repository.Root, "Artorizer.Router", "wwwroot");

    /// <summary>Screenshots go here; the folder is not under version control.</summary>
    public static string Screenshots => Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots")).FullName;
}
