using System.CommandLine;
using Artorizer.Client;
using Artorizer.Contracts.Jobs;
using Artorizer.Imaging;
using Spectre.Console;

namespace Artorizer.Cli;

/// <summary><c>artorizer protect</c>.</summary>
internal sealed class ProtectCommand
{
    private readonly Argument<string[]> _files = new("files")
    {
        Description = "Images, patterns such as *.jpg, or folders",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<string> _artist = new("--artist") { Description = "The artist", Required = true };
    private readonly Option<string?> _title = new("--title") { Description = "The artwork's title [default: the file's name]" };
    private readonly Option<string?> _description = new("--description") { Description = "The artwork's description" };
    private readonly Option<string[]> _tags = new("--tag") { Description = "A tag; may be repeated" };
    private readonly Option<DirectoryInfo?> _output = new("--output", "-o")
    {
        Description = "Folder for the results; without it nothing is downloaded",
    };
    private readonly Option<string[]> _variants = new("--variant")
    {
        Description = "What to download: protected, mask, analysis, summary, thumbnail, original, manifest or all; may be repeated",
        DefaultValueFactory = _ => ["protected"],
    };
    private readonly Option<string?> _via = new("--via") { Description = "Way through the server: queue, storage, grpc or direct" };
    private readonly Option<string?> _watermark = new("--watermark") { Description = "robust, invisible-watermark, tree-ring, visible or none" };
    private readonly Option<double?> _strength = new("--watermark-strength") { Description = "0 to 1" };
    private readonly Option<string?> _text = new("--watermark-text")
    {
        Description = "Text of the watermark [default: © and the artist where it is visible, else the artwork's id]",
    };
    private readonly Option<int?> _priority = new("--priority") { Description = "0 to 9, the highest first" };
    private readonly Option<bool> _noHashes = new("--no-hashes") { Description = "Take no fingerprints" };
    private readonly Option<bool> _force = new("--force") { Description = "Do it again although it was done before with the same settings" };
    private readonly Option<bool> _strict = new("--strict") { Description = "Give exit code 1 also when something that was asked for was not done" };
    private readonly Option<int> _parallel = new("--parallel") { Description = "Files in work at a time, 1 to 64", DefaultValueFactory = _ => 4 };

    private ProtectCommand()
    {
        _via.AcceptOnlyFromAmong([.. JobVia.All]);
        _strength.Validators.Add(result => CommandOptions.RequireRange(result, 0, 1));
        _priority.Validators.Add(result => CommandOptions.RequireRange(result, 0, 9));
        _parallel.Validators.Add(result => CommandOptions.RequireRange(result, 1, 64));
    }

    public static Command Build(ConnectionOptions connection)
    {
        var parts = new ProtectCommand();
        var command = new Command("protect", "Protect images: upload them, follow their jobs, download the results.")
        {
            parts._files, parts._artist, parts._title, parts._description, parts._tags, parts._output, parts._variants, parts._via,
            parts._watermark, parts._strength, parts._text, parts._priority, parts._noHashes, parts._force, parts._strict,
            parts._parallel,
        };
        connection.Run(command, parts.RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult parsed, ArtorizerClient client, Output output, CancellationToken cancellationToken)
    {
        var files = Find(parsed.GetValue(_files)!);
        var folder = parsed.GetValue(_output) is { } directory ? Folder(directory.FullName, files) : null;
        var run = new ProtectRun(client, Settings(parsed), parsed.GetValue(_variants)!, folder, parsed.GetValue(_parallel), parsed.GetValue(_strict));
        return output.IsLive
            ? AnsiConsole.Progress().HideCompleted(files.Count > 20).Columns(LiveProgress.Columns()).StartAsync(context =>
            {
                var progress = new LiveProgress(context, files.Count);
                return run.RunAsync(
                    files, progress.Begin,
                    outcome =>
                    {
                        progress.End();
                        if (outcome.Error is { } error)
                        {
                            AnsiConsole.MarkupLineInterpolated($"[red]{outcome.File}: {error}[/]");
                        }

                        foreach (var warning in outcome.Warnings)
                        {
                            AnsiConsole.MarkupLineInterpolated($"[yellow]{outcome.File}: {warning}[/]");
                        }
                    },
                    cancellationToken);
            })
            : run.RunAsync(files, _ => FileProgress.None, outcome => Print(output, outcome), cancellationToken);
    }

    private static void Print(Output output, FileOutcome outcome)
    {
        if (output.IsJson)
        {
            output.JsonOwn(outcome);
        }
        else if (outcome.Error is { } error)
        {
            Output.Error($"{outcome.File}: {error}", ExitCodes.Failed);
        }
        else
        {
            output.Line(string.Join('\t', [outcome.Status, outcome.File, outcome.JobId!, .. outcome.Outputs]));
            foreach (var warning in outcome.Warnings)
            {
                Console.Error.WriteLine($"{outcome.File}: {warning}");
            }
        }
    }

    // A missing title is filled in for each file.
    private ProtectionSettings Settings(ParseResult parsed) => new()
    {
        Artist = parsed.GetValue(_artist)!,
        Title = parsed.GetValue(_title) ?? "",
        Description = parsed.GetValue(_description),
        Tags = parsed.GetValue(_tags) ?? [],
        Via = parsed.GetValue(_via),
        WatermarkStrategy = parsed.GetValue(_watermark),
        WatermarkStrength = parsed.GetValue(_strength),
        WatermarkText = parsed.GetValue(_text),
        Priority = parsed.GetValue(_priority),
        Force = parsed.GetValue(_force) ? true : null,
        IncludeHashAnalysis = parsed.GetValue(_noHashes) ? false : null,
    };

    private static List<string> Find(string[] patterns)
    {
        var files = new List<string>();
        foreach (var pattern in patterns)
        {
            var found = Expand(pattern).Order(StringComparer.Ordinal).ToList();
            files.AddRange(found.Count > 0 ? found : throw new UsageException($"There is no image '{pattern}'."));
        }

        return [.. files.Distinct(StringComparer.Ordinal)];
    }

    // Shells expand patterns on Unix; on Windows they do not.
    private static IEnumerable<string> Expand(string pattern)
    {
        if (File.Exists(pattern))
        {
            return [Path.GetFullPath(pattern)];
        }

        if (Directory.Exists(pattern))
        {
            return Directory.EnumerateFiles(Path.GetFullPath(pattern)).Where(f => ImageFormats.FromFileName(f) is not null);
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(pattern))!;
        return Path.GetFileName(pattern).AsSpan().ContainsAny('*', '?') && Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, Path.GetFileName(pattern))
            : [];
    }

    private static OutputFolder Folder(string path, List<string> files)
    {
        if (files.FirstOrDefault(f => Path.GetDirectoryName(f) == Path.TrimEndingDirectorySeparator(path)) is { } own)
        {
            throw new UsageException($"The results would overwrite the originals: '{own}' is in the output folder.");
        }

        // Also where the file system takes A.jpg and a.jpg for one.
        if (files.GroupBy(f => Path.GetFileName(f), StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } same)
        {
            throw new UsageException($"Several files are called '{same.Key}'; give each an output folder of its own.");
        }

        Directory.CreateDirectory(path);
        return new OutputFolder(path);
    }
}
