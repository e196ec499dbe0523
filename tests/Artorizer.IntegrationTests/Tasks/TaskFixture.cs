using System.Text.Json.Nodes;
using Artorizer.Contracts.ProtectionRpc;
using Artorizer.Contracts.TaskRpc;
using Artorizer.IntegrationTests.Engine;
using Artorizer.IntegrationTests.Wire;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Artorizer.IntegrationTests.Tasks;

/// <summary>The example program, a grpcio client and a grpc-js client, for all tests of tasks.</summary>
public sealed class TaskFixture(EngineFixture engine) : IAsyncLifetime
{
    private string _folder = "";
    private PeerProcess _python = null!;
    private PeerProcess _node = null!;

    public ExampleHost Host { get; private set; } = null!;

    /// <summary>Address of the shared image engine's object store, and of files to fetch.</summary>
    public EngineFixture Engine => engine;

    public async ValueTask InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("artorizer-task-peers-").FullName;
        await WireTools.RequirePythonModuleAsync("grpc", "python3-grpcio");
        await WireTools.RequirePythonModuleAsync("msgpack", "python3-msgpack");
        var schema = Path.Combine(_folder, "services.desc");
        await File.WriteAllBytesAsync(schema, Schema().ToByteArray());
        var peers = Path.Combine(Repository.Root, "tests", "peers", "tasks");
        _python = await PeerProcess.StartAsync(WireTools.Python, Path.Combine(peers, "tasks_peer.py"), schema);
        await InstallNodeModulesAsync(peers);
        _node = await PeerProcess.StartAsync(
            WireTools.Require("node", "nodejs"), Path.Combine(peers, "tasks-peer.mjs"), schema,
            Path.Combine(Repository.Root, "Artorizer.Contracts", "Protos"), "taskdaemon.proto", "artorizer/v1/protection.proto");
        Host = await ExampleHost.StartAsync(("Outbound:AllowedNetworks:0", "127.0.0.0/8"));
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _python.DisposeAsync();
        await _node.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A client in another language.</summary>
    /// <param name="name"><c>python</c> or <c>node</c>.</param>
    /// <param name="host">Another host than the shared one.</param>
    public TaskPeer Peer(string name, ExampleHost? host = null) => new(name == "python" ? _python : _node, (host ?? Host).Target);

    /// <summary>MessagePack as python-msgpack writes it; <c>{"$bytes": base64}</c> stands for bytes.</summary>
    public async Task<byte[]> PackAsync(JsonNode? value) => Convert.FromBase64String(
        (string)(await _python.AskAsync<JsonObject>(new JsonObject { ["op"] = "pack", ["value"] = value?.DeepClone() }))["data"]!);

    /// <summary>MessagePack as python-msgpack reads it.</summary>
    public async Task<JsonNode?> UnpackAsync(byte[] data) =>
        (await _python.AskAsync<JsonObject>(new JsonObject { ["op"] = "unpack", ["data"] = Convert.ToBase64String(data) }))["value"];

    private static FileDescriptorSet Schema()
    {
        FileDescriptor[] files =
        [
            Google.Protobuf.WellKnownTypes.TimestampReflection.Descriptor,
            TaskdaemonReflection.Descriptor,
            ApiReflection.Descriptor,
            ProtectionReflection.Descriptor,
            global::Grpc.Health.V1.HealthReflection.Descriptor,
            global::Grpc.Reflection.V1.ReflectionReflection.Descriptor,
            global::Grpc.Reflection.V1Alpha.ReflectionReflection.Descriptor,
        ];
        var set = new FileDescriptorSet();
        set.File.AddRange(files.Select(f => FileDescriptorProto.Parser.ParseFrom(f.SerializedData)));
        return set;
    }

    private static async Task InstallNodeModulesAsync(string folder)
    {
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "@grpc", "grpc-js")))
        {
            await WireTools.RunAsync(WireTools.Require("npm", "npm"), ["--prefix", folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        }
    }
}

/// <summary>The tests of tasks share one host and take turns.</summary>
[CollectionDefinition(nameof(TaskFixture))]
public sealed class TaskFixtureDefinition : ICollectionFixture<TaskFixture>;
