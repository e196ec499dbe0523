using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Artorizer.Cli;

/// <summary>The usual help, and how a command is used.</summary>
internal sealed class ExamplesHelp(HelpAction usual) : SynchronousCommandLineAction
{
    private static readonly Dictionary<string, string> Examples = new(StringComparer.Ordinal)
    {
        ["artorizer"] = """
              artorizer protect *.jpg --artist "Ada" -o protected/
              artorizer jobs list --status failed
              artorizer tasks queue echo '{"hello":"world"}' --wait

            Exit codes: 0 all went well, 1 something failed, 2 wrong arguments, 3 the server cannot be reached, 130 cancelled.
            """,
        ["protect"] = """
              artorizer protect *.jpg --artist "Ada" -o protected/
              artorizer protect sea.png --artist "Ada" --title "The sea" --tag oil --watermark visible -o out --variant protected --variant mask
              artorizer protect scans/ --artist "Ada" -o out --parallel 8 --protocol grpc
              artorizer protect *.jpg --artist "Ada" -o out --json | jq -r 'select(.status=="failed").file'

            The same command again does only what is not done yet.
            """,
        ["jobs"] = """
              artorizer jobs list --status completed --limit 100 --json
              artorizer jobs download 01980c5e-8b5f-7cc5-9f43-2f8a4e0c6a11 protected mask -o out/
            """,
        ["tasks"] = """
              artorizer tasks queue echo '{"hello":"world"}' --wait
              artorizer tasks queue echo @data.json --priority 9 --delay 60
              artorizer tasks list --limit 5
              artorizer tasks watch --type echo --protocol grpc
            """,
        ["watch"] = """
              artorizer watch 01980c5e-8b5f-7cc5-9f43-2f8a4e0c6a11
              artorizer watch 01980c5e-8b5f-7cc5-9f43-2f8a4e0c6a11 --json | jq .progress.percentage
            """,
        ["bench"] = """
              artorizer bench --duration 10 --concurrency 64
              for p in json msgpack protobuf grpc; do artorizer bench --protocol $p --json; done
            """,
    };

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        if (Examples.TryGetValue(command is RootCommand ? "artorizer" : command.Name, out var examples))
        {
            parseResult.InvocationConfiguration.Output.WriteLine("Examples:");
            parseResult.InvocationConfiguration.Output.WriteLine(examples);
        }

        return code;
    }
}
