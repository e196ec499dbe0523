using System.CommandLine;

namespace Artorizer.Standalone;

/// <summary>Options of the program. What is not given comes from the environment (<c>Host__Port=7000</c>) and appsettings.json.</summary>
internal static class StandaloneCommand
{
    public static RootCommand Build()
    {
        var address = new Option<string>("--address")
        {
            Description = "Address to listen on: localhost, an IP address, or * for all [default: localhost]",
        };
        var port = Port("--port", "Port of the page and the HTTP API [default: 7000]");
        var grpcPort = Port("--grpc-port", "Port of the public gRPC API [default: 50051]");
        var processorPort = Port("--processor-port", "Port of the image engine, on the loopback interface [default: 8000]");
        var data = new Option<string>("--data") { Description = "Folder of the database and the images [default: data]" };
        data.Recursive = true;
        var root = new RootCommand("Artorizer on one machine: router, image engine and worker in one process, with nothing else to install.")
        {
            address, port, grpcPort, processorPort, data,
        };
        root.SetAction((parsed, cancellationToken) =>
        {
            var given = new Dictionary<string, string?>();
            Give(given, "Address", parsed.GetValue(address));
            Give(given, "Port", parsed.GetValue(port)?.ToString());
            Give(given, "GrpcPort", parsed.GetValue(grpcPort)?.ToString());
            Give(given, "ProcessorPort", parsed.GetValue(processorPort)?.ToString());
            Give(given, "Data", parsed.GetValue(data));
            return StandaloneHost.RunAsync(given, cancellationToken);
        });
        root.Add(NewKey(data));
        return root;
    }

    private static Command NewKey(Option<string> data)
    {
        var owner = new Argument<string>("owner") { Description = "Whose jobs the key opens: 1 to 64 of A-Z a-z 0-9 . _ -" };
        var adopt = new Option<bool>("--adopt")
        {
            Description = "Give the owner what was made without a key, which no key opens otherwise",
        };
        var command = new Command(
            "new-key",
            "Make an API key. It is shown once; only its hash is kept, in apikeys.json in the data folder. Running hosts take it up at once.")
        {
            owner, adopt,
        };
        command.SetAction(parsed =>
        {
            var given = new Dictionary<string, string?>();
            Give(given, "Data", parsed.GetValue(data));
            return StandaloneHost.AddKey(given, parsed.GetRequiredValue(owner), parsed.GetValue(adopt));
        });
        return command;
    }

    private static Option<int?> Port(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var value) || value is < 1 or > 65535))
            {
                result.AddError($"{name} must be a port, 1 to 65535.");
            }
        });
        return option;
    }

    private static void Give(Dictionary<string, string?> given, string key, string? value)
    {
        if (value is not null)
        {
            given[$"{StandaloneOptions.Section}:{key}"] = value;
        }
    }
}
