using Artorizer.Infrastructure.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Artorizer.IntegrationTests.Stores.Embedded;

internal static class EmbeddedStoreSet
{
    public static Task<EmbeddedStores> OpenAsync(string directory, Action<EmbeddedStoreOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new EmbeddedStoreOptions { DataDirectory = directory, MinFreeBytes = 0 };
        configure?.Invoke(options);
        return EmbeddedStores.OpenAsync(options, time ?? TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
    }

    public static async Task<StoreSet> CreateAsync(TimeSpan leaseDuration)
    {
        var directory = new TemporaryFolder();
        var stores = await OpenAsync(directory.Path, options => options.LeaseDuration = leaseDuration);
        return new StoreSet
        {
            Jobs = stores.Jobs,
            Submission = stores.Submission,
            Queue = stores.Queue,
            Events = stores.Events,
            Objects = stores.Objects,
            Close = async () =>
            {
                await stores.DisposeAsync();
                directory.Dispose();
            },
        };
    }
}
