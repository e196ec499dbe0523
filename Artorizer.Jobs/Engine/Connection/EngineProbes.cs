using System.Collections.Concurrent;
using System.Diagnostics;
using Artorizer.Contracts.Engine;
using Grpc.Core;
using Grpc.Net.Client;

namespace Artorizer.Jobs.Engine.Connection;

/// <summary>
/// Asks each image engine for a word. A process that hangs still has its connections taken by the system, so that only an answer
/// tells whether it is there.
/// </summary>
internal sealed class EngineProbes(string scheme) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);
    private readonly ConcurrentDictionary<(string Host, int Port), GrpcChannel> _channels = new();

    /// <summary>The engines among <paramref name="addresses"/> that answer; all where none does, for the balancer to try.</summary>
    public async Task<IReadOnlyCollection<(string Host, int Port)>> AnsweringAsync(
        IReadOnlyCollection<(string Host, int Port)> addresses, CancellationToken cancellationToken)
    {
        foreach (var gone in _channels.Keys.Except(addresses))
        {
            if (_channels.TryRemove(gone, out var channel))
            {
                channel.Dispose();
            }
        }

        // Without a choice there is nothing to ask.
        if (addresses.Count < 2)
        {
            return addresses;
        }

        var asked = await Task.WhenAll(addresses.Select(async address => (address, Answers: await AnswersAsync(address, cancellationToken))));
        (string Host, int Port)[] answering = [.. asked.Where(static a => a.Answers).Select(static a => a.address)];
        return answering.Length > 0 ? answering : addresses;
    }

    public void Dispose()
    {
        foreach (var channel in _channels.Values)
        {
            channel.Dispose();
        }

        _channels.Clear();
    }

    private async Task<bool> AnswersAsync((string Host, int Port) address, CancellationToken cancellationToken)
    {
        // With a parent that is not sampled, probes leave no trace on either side.
        Activity.Current = null;
        using var unsampled = new Activity("probe engine").Start();
        try
        {
            var channel = _channels.GetOrAdd(address, static (a, scheme) => GrpcChannel.ForAddress(
                new UriBuilder(scheme, a.Host, a.Port).Uri,
                new GrpcChannelOptions { HttpHandler = EngineChannel.NewHandler(), DisposeHttpClient = true }), scheme);
            await new ImageEngine.ImageEngineClient(channel).DescribeAsync(
                new DescribeRequest(), deadline: DateTime.UtcNow + Timeout, cancellationToken: cancellationToken);
            return true;
        }
        catch (RpcException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
