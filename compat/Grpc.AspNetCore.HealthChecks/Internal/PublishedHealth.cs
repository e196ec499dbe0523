using System.Threading.Channels;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Grpc.AspNetCore.HealthChecks.Internal;

/// <summary>What the health checks said last, per service, and who wants to hear of it.</summary>
internal sealed class PublishedHealth
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ServingStatus> _statuses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<ChannelWriter<ServingStatus>>> _watchers = new(StringComparer.Ordinal);

    public ServingStatus? Get(string service)
    {
        lock (_gate)
        {
            return _statuses.TryGetValue(service, out var status) ? status : null;
        }
    }

    public void Publish(string service, ServingStatus status)
    {
        lock (_gate)
        {
            _statuses[service] = status;
            foreach (var watcher in _watchers.GetValueOrDefault(service) ?? [])
            {
                watcher.TryWrite(status);
            }
        }
    }

    /// <summary>Subscribes; a reader that falls behind finds the newest status only.</summary>
    public IDisposable Watch(string service, out ChannelReader<ServingStatus> changes)
    {
        var channel = Channel.CreateBounded<ServingStatus>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        changes = channel.Reader;
        lock (_gate)
        {
            if (!_watchers.TryGetValue(service, out var watchers))
            {
                _watchers[service] = watchers = [];
            }

            watchers.Add(channel.Writer);
        }

        return new Subscription(this, service, channel.Writer);
    }

    private sealed class Subscription(PublishedHealth owner, string service, ChannelWriter<ServingStatus> watcher) : IDisposable
    {
        public void Dispose()
        {
            lock (owner._gate)
            {
                var watchers = owner._watchers[service];
                watchers.Remove(watcher);
                if (watchers.Count == 0)
                {
                    // Callers name services as they like; a name that nobody watches must not stay.
                    owner._watchers.Remove(service);
                }
            }
        }
    }
}
