using System.Globalization;
using Artorizer.Infrastructure.S3;
using Artorizer.Jobs.Objects;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Artorizer.IntegrationTests.Stores.S3;

/// <summary>A process of its own, whose memory is due to puts alone.</summary>
internal static class S3Child
{
    public const string Mode = "s3-puts";

    /// <summary>Puts eight objects at once, of lengths that nobody tells, and prints by how many bytes that made the process grow.</summary>
    /// <param name="server">Connection string with a bucket, and after a blank the length in bytes.</param>
    public static async Task RunAsync(string server)
    {
        var options = new S3Options();
        S3ConnectionString.Apply(server[..server.LastIndexOf(' ')], options);
        var length = long.Parse(server.AsSpan(server.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture);
        using var client = S3Clients.Create(options);
        using var store = new S3ObjectStore(client, Options.Create(options), TimeProvider.System, NullLogger<S3ObjectStore>.Instance);
        for (var i = 0; i < 3; i++)
        {
            await PutAsync(store, 3_000_000);
        }

        var before = Environment.WorkingSet;
        // proc(5): writing 5 to clear_refs sets VmHWM, the peak, back to VmRSS.
        await File.WriteAllTextAsync("/proc/self/clear_refs", "5");
        await PutAsync(store, length);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"grown {Peak() - before}"));
    }

    private static Task<StoredObject[]> PutAsync(S3ObjectStore store, long length) => Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
        store.PutAsync($"large/{i}", new ZeroStream(length), new ObjectPutOptions(), CancellationToken.None)));

    private static long Peak()
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
