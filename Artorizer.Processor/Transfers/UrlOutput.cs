using Artorizer.Contracts.Engine;
using Artorizer.Processor.Engine;
using Grpc.Core;

namespace Artorizer.Processor.Transfers;

/// <summary>Progress to a gRPC stream, files to presigned URLs.</summary>
internal sealed class UrlOutput(ProtectCommand command, ObjectTransfer transfer, IServerStreamWriter<EngineEvent> stream) : IEngineOutput
{
    private readonly Dictionary<string, ArtifactTarget> _targets =
        command.Targets.GroupBy(target => target.Variant).ToDictionary(group => group.Key, group => group.Last());

    public bool Wants(string variant) => _targets.ContainsKey(variant);

    public async ValueTask ReportAsync(EngineEvent message, CancellationToken cancellationToken) =>
        await stream.WriteAsync(message, cancellationToken);

    public Task StoreAsync(IReadOnlyList<EngineArtifact> artifacts, CancellationToken cancellationToken) =>
        Task.WhenAll(artifacts
            .Where(artifact => Wants(artifact.Variant))
            .Select(artifact => transfer.StoreAsync(artifact, _targets[artifact.Variant], cancellationToken)));
}
