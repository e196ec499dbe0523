using System.Diagnostics;
using System.Globalization;

namespace Artorizer.IntegrationTests.Api;

/// <summary>What lies in a data folder, read by Python's sqlite3 while the host runs.</summary>
internal sealed record StoredState(IReadOnlyList<string> Objects, IReadOnlyList<string> Files, IReadOnlyList<string> Messages, int Jobs)
{
    /// <summary>Keys of objects whose job is not there.</summary>
    public required IReadOnlyList<string> ObjectsWithoutJob { get; init; }

    /// <summary>Jobs with more than one stored event that ends them.</summary>
    public required int JobsEndedTwice { get; init; }

    /// <summary>Jobs without a stored event that ends them.</summary>
    public required int JobsWithoutEnd { get; init; }

    private const string Script =
        """
        import json, sqlite3, sys
        database = sqlite3.connect("file:" + sys.argv[1] + "/artorizer.db?mode=ro", uri=True, timeout=30)
        database.execute("BEGIN")
        for key, in database.execute("SELECT key FROM objects"): print("object", key)
        for job, in database.execute("SELECT job_id FROM messages"): print("message", job)
        for key, in database.execute("SELECT key FROM objects WHERE substr(key, 6, 36) NOT IN (SELECT id FROM jobs)"): print("orphan", key)
        ends = {}
        for task, body in database.execute("SELECT task_id, body FROM job_events"):
            event = {name.lower(): value for name, value in json.loads(body).items()}
            ends[task] = ends.get(task, 0) + (event["type"] in ("completed", "failed"))
        print("twice", sum(count > 1 for count in ends.values()))
        print("unheard", sum(count == 0 for count in ends.values()))
        print("jobs", database.execute("SELECT count(*) FROM jobs").fetchone()[0])
        """;

    public static async Task<StoredState> ReadAsync(string data)
    {
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Script, data]) { RedirectStandardOutput = true })!;
        var lines = (await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split(
            '\n', StringSplitOptions.RemoveEmptyEntries);
        await python.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, python.ExitCode);
        string[] Of(string kind) => [.. lines.Where(l => l.StartsWith(kind + " ", StringComparison.Ordinal)).Select(l => l[(kind.Length + 1)..])];
        return new StoredState(Of("object"), FilesOf(data), Of("message"), Number("jobs"))
        {
            ObjectsWithoutJob = Of("orphan"),
            JobsEndedTwice = Number("twice"),
            JobsWithoutEnd = Number("unheard"),
        };
        int Number(string kind) => int.Parse(Of(kind).Single(), CultureInfo.InvariantCulture);
    }

    /// <summary>Files of objects, finished and unfinished.</summary>
    public static string[] FilesOf(string data) => Directory.GetFiles(Path.Combine(data, "objects"), "*", SearchOption.AllDirectories);
}
