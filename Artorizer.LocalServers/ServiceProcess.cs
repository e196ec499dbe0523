namespace Artorizer.LocalServers;

/// <summary>A service of Artorizer as a process of its own, configured by its environment alone.</summary>
public sealed class ServiceProcess : LocalProcess
{
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(5);
    private readonly string _program;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly Uri _probe;

    /// <summary>Makes the folder; starts nothing.</summary>
    /// <param name="name">Name of the instance, such as <c>worker-2</c>.</param>
    /// <param name="folder">Parent of its folder.</param>
    /// <param name="program">Path of the service's assembly.</param>
    /// <param name="environment">What an AppHost would give it.</param>
    /// <param name="probe">Answers 200 once it serves.</param>
    public ServiceProcess(string name, string folder, string program, IReadOnlyDictionary<string, string> environment, Uri probe)
        : base(name, new LocalServerOptions { Parent = folder })
    {
        _program = program;
        _environment = environment;
        _probe = probe;
    }

    /// <inheritdoc/>
    protected override async Task StartProcessesAsync(CancellationToken cancellationToken)
    {
        Run("dotnet", [_program], _environment);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = ProbeLimit };
        await WaitAsync(token => ServesAsync(http, token), cancellationToken);
    }

    private async Task<bool> ServesAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(_probe, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
