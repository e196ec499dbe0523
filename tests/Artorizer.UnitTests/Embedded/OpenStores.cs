using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Embedded;
using Artorizer.Jobs.Queue;
using Microsoft.Extensions.Logging.Abstractions;

namespace Artorizer.UnitTests.Embedded;

/// <summary>Stores in a directory of their own that can be closed and opened again.</summary>
internal sealed class OpenStores : IAsyncDisposable
{
    private readonly EmbeddedStoreOptions _options;
    private readonly TimeProvider _time;
    private EmbeddedStores? _stores;

    private OpenStores(EmbeddedStoreOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
    }

    public string Path => _options.DataDirectory;

    public EmbeddedStores Stores => _stores!;

    public static async Task<OpenStores> CreateAsync(TimeProvider? time = null, Action<EmbeddedStoreOptions>? configure = null)
    {
        var options = new EmbeddedStoreOptions
        {
            DataDirectory = Directory.CreateTempSubdirectory("artorizer-unit-").FullName,
            MinFreeBytes = 0,
        };
        configure?.Invoke(options);
        var open = new OpenStores(options, time ?? TimeProvider.System);
        await open.ReopenAsync();
        return open;
    }

    public async Task ReopenAsync()
    {
        await CloseAsync();
        _stores = await EmbeddedStores.OpenAsync(_options, _time, NullLoggerFactory.Instance, CancellationToken.None);
    }

    public async Task CloseAsync()
    {
        if (_stores is not null)
        {
            await _stores.DisposeAsync();
            _stores = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(Path, recursive: true);
    }

    public static Job NewJob(string owner = "alice") => new()
    {
        Id = Guid.CreateVersion7().ToString(),
        Type = "echo",
        Owner = owner,
        Data = Payload.FromJson("1"),
    };

    public static QueueMessage NewMessage(int taskId, int priority = 5) =>
        QueueMessage.For(NewJob() with { TaskId = taskId, Priority = priority });
}
