using System.CommandLine;
using Artorizer.Client;

namespace Artorizer.Cli;

/// <summary>The options that every command has: where the server is, how to talk to it, how to print.</summary>
internal sealed class ConnectionOptions
{
    private const string UrlVariable = "ARTORIZER_URL";
    private const string KeyVariable = "ARTORIZER_API_KEY";

    private readonly Option<string?> _url = new("--url")
    {
        Description = $"Address of the server [default: {UrlVariable}, else http://localhost:7000]",
        HelpName = "URL",
        Recursive = true,
    };
    private readonly Option<string?> _grpcUrl = new("--grpc-url")
    {
        Description = "Address of its gRPC API [default: the same host, port 50051]",
        HelpName = "URL",
        Recursive = true,
    };
    private readonly Option<string?> _key = new("--key")
    {
        Description = $"API key [default: {KeyVariable}, which other users of this machine cannot see]",
        HelpName = "KEY",
        Recursive = true,
    };
    private readonly Option<string> _protocol = new("--protocol")
    {
        Description = "How to talk to it",
        DefaultValueFactory = _ => "json",
        Recursive = true,
    };
    private readonly Option<int> _retries = new("--retries")
    {
        Description = "How often a call is tried again, 0 to 20",
        DefaultValueFactory = _ => new ArtorizerClientOptions().Retries,
        Recursive = true,
    };
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON for scripts", Recursive = true };

    public ConnectionOptions()
    {
        _protocol.AcceptOnlyFromAmong([.. ArtorizerClient.Protocols]);
        _url.Validators.Add(result => RequireUrl(result.GetValueOrDefault<string?>(), "--url", result.AddError));
        _grpcUrl.Validators.Add(result => RequireUrl(result.GetValueOrDefault<string?>(), "--grpc-url", result.AddError));
        _retries.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && value is < 0 or > 20)
            {
                result.AddError("--retries must be 0 to 20.");
            }
        });
    }

    public void AddTo(RootCommand root)
    {
        foreach (var option in new Option[] { _url, _grpcUrl, _key, _protocol, _retries, _json })
        {
            root.Add(option);
        }
    }

    /// <summary>Gives a command its work: a client, a place to print to, and an exit code for whatever happens.</summary>
    public void Run(Command command, Func<ParseResult, ArtorizerClient, Output, CancellationToken, Task<int>> work) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                using var client = Connect(parsed);
                return await work(parsed, client, new Output(parsed.GetValue(_json)), cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return Output.Error("Cancelled.", ExitCodes.Cancelled);
            }
            catch (UsageException e)
            {
                return Output.Error(e.Message, ExitCodes.Usage);
            }
            catch (ArtorizerException e)
            {
                return Output.Error(e.Message, e.Status == 0 ? ExitCodes.Unreachable : ExitCodes.Failed);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Output.Error(e.Message, ExitCodes.Failed);
            }
        });

    private ArtorizerClient Connect(ParseResult parsed)
    {
        var url = parsed.GetValue(_url) ?? Variable(UrlVariable) ?? "http://localhost:7000";
        RequireUrl(url, UrlVariable, message => throw new UsageException(message));
        return new ArtorizerClient(new Uri(url), new ArtorizerClientOptions
        {
            Protocol = parsed.GetValue(_protocol)!,
            ApiKey = parsed.GetValue(_key) ?? Variable(KeyVariable),
            GrpcUrl = parsed.GetValue(_grpcUrl) is { } grpc ? new Uri(grpc) : null,
            Retries = parsed.GetValue(_retries),
        });
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static void RequireUrl(string? value, string name, Action<string> refuse)
    {
        if (value is not null && !(Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            refuse($"{name} must be an address such as http://localhost:7000; it is '{value}'.");
        }
    }
}
