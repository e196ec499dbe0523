using System.CommandLine;
using System.CommandLine.Help;

namespace Artorizer.Cli;

/// <summary>The <c>artorizer</c> command.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = Build().Parse(arguments);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        return parsed.Errors.Count > 0 && parsed.Action is not ExamplesHelp ? ExitCodes.Usage : code;
    }

    public static RootCommand Build()
    {
        var connection = new ConnectionOptions();
        var root = new RootCommand("Protects images and runs tasks on an Artorizer server.")
        {
            ProtectCommand.Build(connection),
            JobsCommand.Build(connection),
            TasksCommand.Build(connection),
            WatchCommand.Build(connection),
            BenchCommand.Build(connection),
        };
        connection.AddTo(root);
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new ExamplesHelp((HelpAction)help.Action!);
        }

        return root;
    }
}
