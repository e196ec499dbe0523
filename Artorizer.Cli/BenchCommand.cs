using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Artorizer.Client;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;

namespace Artorizer.Cli;

/// <summary><c>artorizer bench</c>: submissions per second, answered and so durable, as one machine's clients see them.</summary>
internal static class BenchCommand
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public static Command Build(ConnectionOptions connection)
    {
        var duration = new Option<double>("--duration") { Description = "Seconds, after one of warming up", DefaultValueFactory = _ => 10 };
        var concurrency = new Option<int>("--concurrency") { Description = "Calls at a time, 1 to 1024", DefaultValueFactory = _ => 32 };
        var type = new Option<string>("--type") { Description = "Task to submit", DefaultValueFactory = _ => "echo" };
        var size = new Option<int>("--size") { Description = "Bytes of its data, 2 to 1000000", DefaultValueFactory = _ => 38 };
        duration.Validators.Add(result => CommandOptions.RequireRange(result, 0.1, 3600));
        concurrency.Validators.Add(result => CommandOptions.RequireRange(result, 1, 1024));
        size.Validators.Add(result => CommandOptions.RequireRange(result, 2, 1_000_000));
        var command = new Command("bench", "Measure how many tasks a second the server takes. It leaves them there; use a server for tests.")
        {
            duration, concurrency, type, size,
        };
        connection.Run(command, async (parsed, client, output, token) =>
        {
            var data = Payload.FromJson($"\"{new string('x', parsed.GetValue(size) - 2)}\"");
            var request = new TaskRequest { Type = parsed.GetValue(type), Data = data };

            // The first refusal or missing server ends it here, with its message.
            await client.QueueAsync(request, cancellationToken: token);
            await MeasureAsync(client, request, parsed.GetValue(concurrency), WarmUp, token);
            var (times, failed, seconds) = await MeasureAsync(
                client, request, parsed.GetValue(concurrency), TimeSpan.FromSeconds(parsed.GetValue(duration)), token);
            Show(output, new BenchReport(
                parsed.GetValue<string>("--protocol")!, parsed.GetValue(concurrency), parsed.GetValue(size),
                times.Length, failed, Math.Round(seconds, 2),
                Math.Round(times.Length / seconds, 1), At(times, 0.5), At(times, 0.95), At(times, 0.99), At(times, 1)));
            return failed == 0 ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }

    private static async Task<(double[] Times, long Failed, double Seconds)> MeasureAsync(
        ArtorizerClient client, TaskRequest request, int concurrency, TimeSpan duration, CancellationToken cancellationToken)
    {
        var times = new ConcurrentBag<double>();
        var failed = 0L;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(
            async () =>
            {
                while (clock.Elapsed < duration)
                {
                    var start = clock.Elapsed;
                    try
                    {
                        await client.QueueAsync(request, cancellationToken: cancellationToken);
                        times.Add((clock.Elapsed - start).TotalMilliseconds);
                    }
                    catch (ArtorizerException e) when (e.Status != 0)
                    {
                        Interlocked.Increment(ref failed);
                    }
                }
            },
            cancellationToken)));
        return ([.. times.Order()], failed, clock.Elapsed.TotalSeconds);
    }

    private static double At(double[] ordered, double share) =>
        ordered.Length == 0 ? 0 : Math.Round(ordered[Math.Min(ordered.Length - 1, (int)(share * ordered.Length))], 2);

    private static void Show(Output output, BenchReport report)
    {
        if (output.IsJson)
        {
            output.JsonOwn(report);
            return;
        }

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        output.Fields(
            ("Protocol", report.Protocol), ("Concurrency", Text($"{report.Concurrency}")), ("Data", Text($"{report.DataBytes} bytes")),
            ("Submitted", Text($"{report.Submitted} in {report.Seconds} s")), ("Failed", Text($"{report.Failed}")),
            ("Per second", Text($"{report.PerSecond}")),
            ("p50, p95, p99, max", Text($"{report.P50Ms} ms, {report.P95Ms} ms, {report.P99Ms} ms, {report.MaxMs} ms")));
    }
}
