using System.CommandLine;
using Artorizer.AppHost.Distributed;

namespace Artorizer.AppHost.Embedded;

/// <summary>Options of the program. What is not given comes from the environment (<c>Host__Port=7000</c>) and appsettings.json.</summary>
internal static class CommandLine
{
    public static RootCommand Build()
    {
        var address = new Option<string>("--address") { Description = "Address to listen on: localhost, an IP address, or * for all [default: localhost]" };
        var port = Port("--port", "Port of the page and the HTTP API [default: 7000]");
        var grpcPort = Port("--grpc-port", "Port of the public gRPC API [default: 50051]");
        var processorPort = Port("--processor-port", "Port of the image engine, on the loopback interface [default: 8000]");
        var data = new Option<string>("--data") { Description = "Folder of the database and the images [default: data]" };
        data.Recursive = true;
        var distributed = new Option<bool>("--distributed") { Description = "Start Redis, RabbitMQ and an S3 server and every service as a process of its own; nothing is kept" };
        var processors = Count("--processors", "Image engines, with --distributed");
        var workers = Count("--workers", "Workers, with --distributed");
        var root = new RootCommand("Artorizer, embedded edition: router, image engine and worker in one process, with nothing else to install; or, with --distributed, everything as processes of their own on local servers.")
        {
            address, port, grpcPort, processorPort, data, distributed, processors, workers,
        };
        root.SetAction((parsed, cancellationToken) =>
        {
            var given = new Dictionary<string, string?>();
            Give(given, "Address", parsed.GetValue(address));
            Give(given, "Port", parsed.GetValue(port)?.ToString());
            Give(given, "GrpcPort", parsed.GetValue(grpcPort)?.ToString());
            Give(given, "ProcessorPort", parsed.GetValue(processorPort)?.ToString());
            Give(given, "Data", parsed.GetValue(data));
            return parsed.GetValue(distributed)
                ? DistributedHost.RunAsync(EmbeddedHost.ReadOptions(given), parsed.GetValue(processors), parsed.GetValue(workers), cancellationToken)
                : EmbeddedHost.RunAsync(given, cancellationToken);
        });
        root.Add(NewKey(data));
        return root;
    }

    private static Command NewKey(Option<string> data)
    {
        var owner = new Argument<string>("owner") { Description = "Whose jobs the key opens: 1 to 64 of A-Z a-z 0-9 . _ -" };
        var command = new Command("new-key", "Make an API key. It is shown once; only its hash is kept, in apikeys.json in the data folder. Running hosts take it up at once.")
        {
            owner,
        };
        command.SetAction(parsed => ApiKeyFile.Add(parsed.GetValue(data) ?? new EmbeddedHostOptions().Data, parsed.GetRequiredValue(owner)));
        return command;
    }

    private static Option<int> Count(string name, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => 2 };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var value) || value is < 1 or > 64))
            {
                result.AddError($"{name} must be 1 to 64.");
            }
        });
        return option;
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
            given[$"{EmbeddedHostOptions.Section}:{key}"] = value;
        }
    }
}
