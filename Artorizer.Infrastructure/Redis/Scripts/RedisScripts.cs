using System.Reflection;
using System.Text;

namespace Artorizer.Infrastructure.Redis.Scripts;

/// <summary>
/// The scripts of this folder's <c>.lua</c> files, which say what they take and return. Each change of the stores is one of
/// them. Those on jobs have the prelude in front.
/// </summary>
internal static class RedisScripts
{
    private static readonly Assembly Home = typeof(RedisScripts).Assembly;
    private static readonly string Prelude = $"local FIELDS = {{'{string.Join("', '", RedisJobFields.All)}'}}\n" + Load("prelude");

    public static string CreateJob { get; } = Prelude + Load("create-job");

    public static string ReplaceJob { get; } = Prelude + Load("replace-job");

    public static string RestoreJob { get; } = Prelude + Load("restore-job");

    public static string RemoveJob { get; } = Prelude + Load("remove-job");

    public static string RemoveFinishedJobs { get; } = Prelude + Load("remove-finished-jobs");

    public static string FindByTaskId { get; } = Prelude + Load("find-by-task-id");

    public static string FindByContent { get; } = Prelude + Load("find-by-content");

    public static string FindByIdempotencyKey { get; } = Prelude + Load("find-by-idempotency-key");

    public static string FindUnsentJobs { get; } = Prelude + Load("find-unsent-jobs");

    public static string ListJobs { get; } = Prelude + Load("list-jobs");

    public static string CountJobs { get; } = Load("count-jobs");

    public static string PublishEvent { get; } = Prelude + Load("publish-event");

    public static string ReadEvents { get; } = Load("read-events");

    public static string CountEvents { get; } = Load("count-events");

    // Without comments: the client looks a script up by its text, so each call costs by its length.
    private static string Load(string name)
    {
        using var reader = new StreamReader(Home.GetManifestResourceStream($"Redis.Scripts.{name}.lua")!, Encoding.UTF8);
        var script = new StringBuilder();
        while (reader.ReadLine() is { } line)
        {
            if (line.AsSpan().Trim() is { Length: > 0 } code && !code.StartsWith("--"))
            {
                script.Append(code).Append('\n');
            }
        }

        return script.ToString();
    }
}
