using System.CommandLine;
using System.Globalization;
using System.Text;
using Artorizer.Client;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire;

namespace Artorizer.Cli;

/// <summary><c>artorizer tasks</c>.</summary>
internal static class TasksCommand
{
    private static readonly string[] Headings = ["Task", "Type", "Status", "Attempts", "Created", "Error"];

    public static Command Build(ConnectionOptions connection) => new("tasks", "Queue tasks and see what becomes of them.")
    {
        Queue(connection), Get(connection), List(connection),
        Each(connection, "delete", "Delete tasks, cancelling those that run.", (client, id, token) => client.DeleteTaskAsync(id, token)),
        Each(connection, "redrive", "Start failed tasks anew.", (client, id, token) => client.RedriveTaskAsync(id, token)),
        Watch(connection),
    };

    private static Command Queue(ConnectionOptions connection)
    {
        var type = new Argument<string>("type") { Description = "Name of the handler, such as echo" };
        var data = new Argument<string?>("data") { Description = "Its data as JSON, or @FILE with JSON in it", Arity = ArgumentArity.ZeroOrOne };
        var bytes = new Option<FileInfo?>("--bytes") { Description = "A file to send as raw bytes instead" };
        var priority = new Option<int?>("--priority") { Description = "0 to 9, the highest first [default: 5]" };
        var delay = new Option<double?>("--delay") { Description = "Seconds to wait before it runs" };
        var key = new Option<string?>("--idempotency-key")
        {
            Description = "The same key again gives the same task, and lets an interrupted call be tried again",
        };
        var wait = new Option<bool>("--wait") { Description = "Wait for its end and print it; a failed task gives exit code 1" };
        var command = new Command("queue", "Queue a task.") { type, data, bytes, priority, delay, key, wait };
        connection.Run(command, async (parsed, client, output, token) =>
        {
            var submitted = await client.QueueAsync(
                new TaskRequest
                {
                    Type = parsed.GetValue(type),
                    Data = await DataAsync(parsed.GetValue(data), parsed.GetValue(bytes), token),
                    Priority = parsed.GetValue(priority),
                    DelayMs = parsed.GetValue(delay) is { } seconds ? (long)(seconds * 1000) : null,
                },
                parsed.GetValue(key),
                token);
            if (parsed.GetValue(wait))
            {
                await client.WaitForJobAsync(submitted.JobId, token);
                var task = await client.GetTaskAsync(submitted.TaskId, token);
                Show(output, task);
                return task.Status == "completed" ? ExitCodes.Ok : ExitCodes.Failed;
            }

            if (output.IsJson)
            {
                output.Json(submitted);
            }
            else
            {
                output.Line($"{submitted.TaskId}\t{submitted.JobId}");
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Get(ConnectionOptions connection)
    {
        var id = new Argument<int>("id") { Description = "A task" };
        var command = new Command("get", "Show a task.") { id };
        connection.Run(command, async (parsed, client, output, token) =>
        {
            Show(output, await client.GetTaskAsync(parsed.GetValue(id), token));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command List(ConnectionOptions connection)
    {
        var limit = new Option<int>("--limit") { Description = "How many, 1 to 1000", DefaultValueFactory = _ => 20 };
        limit.Validators.Add(result => CommandOptions.RequireRange(result, 1, 1000));
        var command = new Command("list", "List your tasks, newest first.") { limit };
        connection.Run(command, async (parsed, client, output, token) =>
        {
            var tasks = await client.ListTasksAsync(parsed.GetValue(limit), token);
            if (output.IsJson)
            {
                output.Json(tasks);
            }
            else
            {
                output.Table(Headings, tasks.Select(Row));
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Each(
        ConnectionOptions connection, string name, string description, Func<ArtorizerClient, int, CancellationToken, Task> act)
    {
        var ids = new Argument<int[]>("id") { Description = "Tasks", Arity = ArgumentArity.OneOrMore };
        var command = new Command(name, description) { ids };
        connection.Run(command, (parsed, client, output, token) =>
            CommandOptions.ForEachAsync(
                parsed.GetValue(ids)!.Select(id => id.ToString(CultureInfo.InvariantCulture)),
                id => act(client, int.Parse(id, CultureInfo.InvariantCulture), token)));
        return command;
    }

    private static Command Watch(ConnectionOptions connection)
    {
        var ids = new Argument<int[]>("id") { Description = "Tasks; all of yours when none is given", Arity = ArgumentArity.ZeroOrMore };
        var types = new Option<string[]>("--type") { Description = "Only of this type; may be repeated" };
        var existing = new Option<bool>("--existing") { Description = "Show the present state first" };
        var command = new Command("watch", "Print every change of tasks until Ctrl-C.") { ids, types, existing };
        connection.Run(command, async (parsed, client, output, token) =>
        {
            var filter = new TaskFilter
            {
                TaskIds = parsed.GetValue(ids) ?? [],
                TaskTypes = parsed.GetValue(types) ?? [],
                IncludeExisting = parsed.GetValue(existing),
            };
            await foreach (var task in client.StreamTasksAsync(filter, token))
            {
                if (output.IsJson)
                {
                    output.Json(task);
                }
                else
                {
                    output.Line(string.Join('\t', Row(task)));
                }
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<Payload?> DataAsync(string? text, FileInfo? bytes, CancellationToken cancellationToken)
    {
        if (bytes is not null)
        {
            return text is null
                ? new Payload(Payload.Binary, await File.ReadAllBytesAsync(bytes.FullName, cancellationToken))
                : throw new UsageException("Give either data or --bytes.");
        }

        if (text is null)
        {
            return null;
        }

        var json = text.StartsWith('@') ? await File.ReadAllBytesAsync(text[1..], cancellationToken) : Encoding.UTF8.GetBytes(text);
        try
        {
            return PayloadFormats.Check(new Payload(Payload.Json, json));
        }
        catch (WireFormatException)
        {
            throw new UsageException("The data are no JSON. Text needs quotes of its own: '\"text\"'.");
        }
    }

    private static void Show(Output output, TaskView task)
    {
        if (output.IsJson)
        {
            output.Json(task);
            return;
        }

        output.Fields(
            ("Task", task.Id.ToString(CultureInfo.InvariantCulture)), ("Type", task.TaskType), ("Status", task.Status),
            ("Created", Output.Time(task.CreatedAt)), ("Completed", Output.Time(task.CompletedAt)),
            ("Attempts", task.Attempts.ToString(CultureInfo.InvariantCulture)), ("Error", task.LastError),
            ("Data", Output.Text(task.TaskData)), ("Result", Output.Text(task.Result)));
    }

    private static string[] Row(TaskView task) =>
    [
        task.Id.ToString(CultureInfo.InvariantCulture), task.TaskType, task.Status, task.Attempts.ToString(CultureInfo.InvariantCulture),
        Output.Time(task.CreatedAt), task.LastError ?? "",
    ];
}
