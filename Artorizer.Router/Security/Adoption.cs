using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.ServiceDefaults.Hosting;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Security;

/// <summary>
/// Gives jobs that were made without a key to the owner whom <c>ApiKeys:Adopt</c> names: from the first key on, nobody else would see them.
/// One that runs follows when it has ended, for its worker would take the change for another's.
/// </summary>
internal sealed partial class Adoption(
    IJobStore jobs, IOptionsMonitor<ApiKeysOptions> options, TimeProvider time, ILogger<Adoption> logger)
    : PeriodicService(Interval, time, logger)
{
    private const int PageSize = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private string? _done;

    protected override async Task WorkAsync(CancellationToken cancellationToken)
    {
        var keys = options.CurrentValue;
        if (keys.Adopt is not { } owner || _done == owner || !keys.Keys.Any(key => key.Owner == owner))
        {
            return;
        }

        var adopted = 0;
        var left = false;
        var query = new JobQuery { Owner = ApiKeyAuthentication.LocalOwner, Limit = PageSize };
        for (int? cursor = null; ;)
        {
            var page = await jobs.ListAsync(query with { Cursor = cursor }, cancellationToken);
            foreach (var job in page.Jobs)
            {
                var taken = job.Status != JobStatus.Processing && await TakeAsync(job, owner, cancellationToken);
                adopted += taken ? 1 : 0;
                left |= !taken;
            }

            if (page.NextCursor is not { } next)
            {
                break;
            }

            cursor = next;
        }

        if (adopted > 0)
        {
            LogAdopted(adopted, owner);
        }

        // Nothing is made without a key as long as there is one.
        _done = left ? null : owner;
    }

    private async Task<bool> TakeAsync(Job job, string owner, CancellationToken cancellationToken)
    {
        // A key of a request that the new owner has used as well stays with theirs.
        var key = job.IdempotencyKey is { } used && await jobs.FindByIdempotencyKeyAsync(owner, used, cancellationToken) is null ? used : null;
        return await jobs.TryReplaceAsync(job with { Owner = owner, IdempotencyKey = key }, [], cancellationToken) is not null;
    }

    [LoggerMessage(1, LogLevel.Information, "{Count} jobs that were made without a key belong to {Owner} now")]
    private partial void LogAdopted(int count, string owner);
}
