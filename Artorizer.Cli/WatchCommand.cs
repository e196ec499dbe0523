using System.CommandLine;
using System.Globalization;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Spectre.Console;

namespace Artorizer.Cli;

/// <summary><c>artorizer watch</c>.</summary>
internal static class WatchCommand
{
    public static Command Build(ConnectionOptions connection)
    {
        var id = new Argument<string>("job") { Description = "A job" };
        var after = new Option<long>("--after") { Description = "Only events after this number" };
        var command = new Command("watch", "Follow a job to its end. A failed job gives exit code 1.") { id, after };
        connection.Run(command, async (parsed, client, output, token) =>
        {
            var events = client.WatchJobAsync(parsed.GetValue(id)!, parsed.GetValue(after), token);
            var last = output.IsLive ? await ShowAsync(events) : await PrintAsync(events, output);
            return last?.Type == JobEventTypes.Completed ? ExitCodes.Ok
                : Output.Error(last?.Error?.Message ?? "The job was deleted.", ExitCodes.Failed);
        });
        return command;
    }

    private static string Describe(JobEventView change) => change switch
    {
        { Type: JobEventTypes.Progress } => change.Progress?.CurrentStep ?? "",
        { WaitingFor: { } missing } => $"waiting for {missing}",
        _ => change.Type,
    };

    private static async Task<JobEventView?> PrintAsync(IAsyncEnumerable<JobEventView> events, Output output)
    {
        JobEventView? last = null;
        await foreach (var change in events)
        {
            last = change;
            if (output.IsJson)
            {
                output.Json(change);
            }
            else
            {
                output.Line(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{change.Sequence}\t{change.Type}\t{change.Progress?.Percentage ?? 0}\t"
                    + $"{change.Progress?.CurrentStep}\t{change.Error?.Message}\t{change.WaitingFor}"));
            }
        }

        return last;
    }

    private static Task<JobEventView?> ShowAsync(IAsyncEnumerable<JobEventView> events) =>
        AnsiConsole.Progress().Columns(LiveProgress.Columns()).StartAsync(async context =>
        {
            var bar = context.AddTask("queued");
            JobEventView? last = null;
            await foreach (var change in events)
            {
                last = change;
                bar.Description = Markup.Escape(Describe(change));
                bar.Value = change.Progress?.Percentage ?? bar.Value;
            }

            bar.StopTask();
            return last;
        });
}
