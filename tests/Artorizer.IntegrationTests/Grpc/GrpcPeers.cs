using System.Diagnostics;
using Artorizer.Interop;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Artorizer.IntegrationTests.Grpc;

/// <summary>The own server, a grpcio client and server, and a grpc-js client, started once for all tests that need them.</summary>
public sealed class GrpcPeers : IAsyncLifetime
{
    public const string Collection = "gRPC peers";

    /// <summary>How much the limited server takes.</summary>
    public const int SizeLimit = 1024 * 1024;

    private readonly Dictionary<string, PeerProcess> _clients = [];
    private PeerProcess? _pythonServer;
    private string _folder = "";

    public InteropServer Server { get; private set; } = null!;

    public InteropServer LimitedServer { get; private set; } = null!;

    /// <summary>For example <c>http://127.0.0.1:40123</c>.</summary>
    public string PythonServerAddress { get; private set; } = "";

    public string PythonSocketPath => Path.Combine(_folder, "python.sock");

    public async ValueTask InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("grpc-peers-").FullName;
        var descriptor = Path.Combine(_folder, "interop.desc");
        await File.WriteAllBytesAsync(descriptor, InteropReflection.Descriptor.SerializedData.ToByteArray());

        var root = FindRoot();
        var peers = Path.Combine(root, "tests", "peers", "grpc");
        var compat = Path.Combine(root, "compat");
        var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
        var script = Path.Combine(peers, "interop_peer.py");
        InstallNodeModules(peers);

        Server = await InteropServer.StartAsync(
            options => options.MaxReceiveMessageSize = null,
            services =>
            {
                services.AddGrpcReflection();
                services.AddGrpcHealthChecks();
            },
            application =>
            {
                application.MapGrpcReflectionService();
                application.MapGrpcHealthChecksService();
            });
        LimitedServer = await InteropServer.StartAsync(options =>
        {
            options.MaxReceiveMessageSize = SizeLimit;
            options.MaxSendMessageSize = SizeLimit;
        });
        _pythonServer = await PeerProcess.StartAsync(python, script, "serve", descriptor, PythonSocketPath);
        PythonServerAddress = $"http://127.0.0.1:{_pythonServer.Greeting.GetProperty("port").GetInt32()}";
        _clients["python"] = await PeerProcess.StartAsync(python, script, "call", descriptor);
        _clients["node"] = await PeerProcess.StartAsync(
            "node",
            Path.Combine(peers, "interop-peer.mjs"),
            Path.Combine(peers, "interop.proto"),
            Path.Combine(compat, "Grpc.AspNetCore.HealthChecks", "Protos"),
            Path.Combine(compat, "Grpc.AspNetCore.Server.Reflection", "Protos"));
    }

    public Task<PeerResult> CallAsync(string client, PeerCall call) => AskAsync<PeerResult>(client, call);

    public Task<T> AskAsync<T>(string client, object command) => _clients[client].AskAsync<T>(command);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values)
        {
            await client.DisposeAsync();
        }

        if (_pythonServer is not null)
        {
            await _pythonServer.DisposeAsync();
        }

        await Server.DisposeAsync();
        await LimitedServer.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Artorizer.sln")))
        {
            folder = Path.GetDirectoryName(folder.TrimEnd('/')) ?? throw new InvalidOperationException("The repository's root was not found.");
        }

        return folder;
    }

    private static void InstallNodeModules(string folder)
    {
        if (Directory.Exists(Path.Combine(folder, "node_modules", "@grpc", "grpc-js")))
        {
            return;
        }

        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
        })!;
        var errors = npm.StandardError.ReadToEndAsync();
        if (!npm.WaitForExit(TimeSpan.FromMinutes(3)))
        {
            npm.Kill(entireProcessTree: true);
        }

        Assert.True(npm.ExitCode == 0, errors.GetAwaiter().GetResult());
    }
}

[CollectionDefinition(GrpcPeers.Collection)]
public sealed class GrpcPeersDefinition : ICollectionFixture<GrpcPeers>;
