using System.Diagnostics;
using System.Globalization;

namespace Artorizer.IntegrationTests.Api;

/// <summary>What lies in a data folder, read by Python's sqlite3 while the host runs.</summary>
internal sealed record StoredState(IReadOnlyList<string> Objects, IReadOnlyList<string> Files, IReadOnlyList<string> Messages, int Jobs)
{
    private const string Script =
        """
        import sqlite3, sys
        database = sqlite3.connect("file:" + sys.argv[1] + "/artorizer.db?mode=ro", uri=True, timeout=30)
        database.execute("BEGIN")
        for key, in database.execute("SELECT key FROM objects"): print("object", key)
        for job, in database.execute("SELECT job_id FROM messages"): print("message", job)
        print("jobs", database.execute("SELECT count(*) FROM jobs").fetchone()[0])
        """;

    public static async Task<StoredState> ReadAsync(string data)
    {
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Script, data]) { RedirectStandardOutput = true })!;
        var lines = (await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await python.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, python.ExitCode);
        string[] Of(string kind) => [.. lines.Where(l => l.StartsWith(kind + " ", StringComparison.Ordinal)).Select(l => l[(kind.Length + 1)..])];
        return new StoredState(Of("object"), FilesOf(data), Of("message"), int.Parse(Of("jobs").Single(), CultureInfo.InvariantCulture));
    }

    /// <summary>Files of objects, finished and unfinished.</summary>
    public static string[] FilesOf(string data) => Directory.GetFiles(Path.Combine(data, "objects"), "*", SearchOption.AllDirectories);
}
