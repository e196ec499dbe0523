using System.CommandLine;
using System.Globalization;
using Artorizer.Client;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;

namespace Artorizer.Cli;

/// <summary><c>artorizer jobs</c>.</summary>
internal static class JobsCommand
{
    private static readonly string[] Headings = ["Job", "Type", "Status", "Done", "Submitted", "Title", "Error"];

    public static Command Build(ConnectionOptions connection) => new("jobs", "See jobs, fetch their files, remove them.")
    {
        List(connection), Get(connection), Result(connection), Download(connection),
        Each(
            connection, "delete", "Remove jobs with their files, cancelling those that run.",
            (client, id, token) => client.DeleteJobAsync(id, token)),
        Each(connection, "redrive", "Start failed jobs anew.", (client, id, token) => client.RedriveJobAsync(id, token)),
    };

    private static Command List(ConnectionOptions connection)
    {
        var status = new Option<JobStatus?>("--status") { Description = "Only in this state: queued, processing, completed or failed" };
        var type = new Option<string?>("--type") { Description = "Only of this type, such as protect_image" };
        var limit = new Option<int>("--limit") { Description = "How many, at least 1", DefaultValueFactory = _ => 20 };
        limit.Validators.Add(result => CommandOptions.RequireRange(result, 1, int.MaxValue));
        var command = new Command("list", "List your jobs, newest first.") { status, type, limit };
        connection.Run(command, async (parsed, client, output, token) =>
        {
            var wanted = parsed.GetValue(limit);
            var filter = new JobFilter { Status = parsed.GetValue(status), Type = parsed.GetValue(type), PageSize = Math.Min(wanted, 1000) };
            var jobs = new List<JobView>();
            await foreach (var job in client.ListJobsAsync(filter, token))
            {
                jobs.Add(job);
                if (jobs.Count == wanted)
                {
                    break;
                }
            }

            if (output.IsJson)
            {
                output.JsonArray(jobs);
            }
            else
            {
                output.Table(Headings, jobs.Select(Row));
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Get(ConnectionOptions connection)
    {
        var id = JobId();
        var command = new Command("get", "Show a job.") { id };
        connection.Run(command, async (parsed, client, output, token) =>
        {
            var job = await client.GetJobAsync(parsed.GetValue(id)!, token);
            if (output.IsJson)
            {
                output.Json(job);
                return ExitCodes.Ok;
            }

            output.Fields(
            [
                ("Job", job.JobId), ("Task", job.TaskId.ToString(CultureInfo.InvariantCulture)), ("Type", job.Type), ("Status", Status(job)),
                ("Title", job.Title), ("Artist", job.Artist), ("Via", job.Via), ("Priority", job.Priority.ToString(CultureInfo.InvariantCulture)),
                ("Submitted", Output.Time(job.SubmittedAt)), ("Started", Output.Time(job.StartedAt)), ("Completed", Output.Time(job.CompletedAt)),
                ("Attempts", job.Attempts.ToString(CultureInfo.InvariantCulture)), ("Waits for", job.WaitingFor),
                ("Error", job.Error is { } e ? $"{e.Code}: {e.Message}" : null),
                .. job.Warnings.Select(w => ("Warning", (string?)w.Message)),
                .. job.Steps.Select(s => ($"  {s.Name}", (string?)string.Create(CultureInfo.InvariantCulture, $"{s.Status} {s.DurationMs:0.#} ms"))),
            ]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Result(ConnectionOptions connection)
    {
        var id = JobId();
        var command = new Command("result", "Show the result of a finished image job.") { id };
        connection.Run(command, async (parsed, client, output, token) =>
        {
            var result = await client.GetResultAsync(parsed.GetValue(id)!, token);
            if (output.IsJson)
            {
                output.Json(result);
                return ExitCodes.Ok;
            }

            output.Fields(
            [
                ("Job", result.JobId), ("Artwork", result.ArtworkId), ("Title", result.Title), ("Artist", result.Artist),
                ("Description", result.Description), ("Tags", string.Join(", ", result.Tags)),
                ("Took", string.Create(CultureInfo.InvariantCulture, $"{result.ProcessingTimeMs:0} ms")),
                .. result.Hashes.Select(h => (h.Key, (string?)h.Value)),
                .. result.Formats.Select(
                    f => (f.Key, (string?)string.Create(CultureInfo.InvariantCulture, $"{f.Value.ContentType}, {f.Value.Length} bytes"))),
            ]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Download(ConnectionOptions connection)
    {
        var id = JobId();
        var variants = new Argument<string[]>("variant")
        {
            Description = "original, protected, mask, analysis, summary, thumbnail or manifest",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var folder = new Option<DirectoryInfo>("--output", "-o") { Description = "Folder", DefaultValueFactory = _ => new DirectoryInfo(".") };
        var command = new Command("download", "Download files of a job; the protected image when no variant is named.") { id, variants, folder };
        connection.Run(command, async (parsed, client, output, token) =>
        {
            var job = parsed.GetValue(id)!;
            var target = Directory.CreateDirectory(parsed.GetValue(folder)!.FullName).FullName;
            foreach (var variant in parsed.GetValue(variants) is { Length: > 0 } named ? named : ["protected"])
            {
                var result = await client.GetResultAsync(job, token);
                var contentType = result.Formats.TryGetValue(variant, out var artifact) ? artifact.ContentType : "";
                var path = Path.Combine(target, OutputNames.OfVariant(job, variant, contentType));
                var info = await client.DownloadToFileAsync(job, variant, path, cancellationToken: token);
                if (output.IsJson)
                {
                    output.JsonOwn(new DownloadedFile(job, variant, path, info.ContentType, info.Length));
                }
                else
                {
                    output.Line(path);
                }
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Each(
        ConnectionOptions connection, string name, string description, Func<ArtorizerClient, string, CancellationToken, Task> act)
    {
        var ids = new Argument<string[]>("id") { Description = "Jobs", Arity = ArgumentArity.OneOrMore };
        var command = new Command(name, description) { ids };
        connection.Run(command, (parsed, client, output, token) => CommandOptions.ForEachAsync(parsed.GetValue(ids)!, id => act(client, id, token)));
        return command;
    }

    private static Argument<string> JobId() => new("id") { Description = "A job" };

    private static string Status(JobView job) => job.Status.ToString().ToLowerInvariant();

    private static string[] Row(JobView job) =>
    [
        job.JobId, job.Type, Status(job), $"{job.Progress?.Percentage ?? 0} %", Output.Time(job.SubmittedAt), job.Title ?? "",
        job.Error?.Message ?? "",
    ];
}
