using System.Text.Json;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;

namespace Artorizer.Jobs.Secrets;

/// <summary>The token for a callback's server in the data of an image's job.</summary>
public static class CallbackTokens
{
    /// <summary>The task with its token as it may be stored.</summary>
    public static ProtectionTask Protect(this StoredSecrets secrets, ProtectionTask task)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        ArgumentNullException.ThrowIfNull(task);
        return task.CallbackAuthToken is { } token ? task with { CallbackAuthToken = secrets.Protect(token) } : task;
    }

    /// <summary>The task with its token as it came.</summary>
    public static ProtectionTask Reveal(this StoredSecrets secrets, ProtectionTask task)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        ArgumentNullException.ThrowIfNull(task);
        return task.CallbackAuthToken is { } token ? task with { CallbackAuthToken = secrets.Reveal(token) } : task;
    }

    /// <summary>Removes the token from a completed job, which nothing is done for any more; one that failed may be started anew.</summary>
    /// <param name="store">Where jobs are kept.</param>
    /// <param name="job">The job as stored.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task ForgetTokenAsync(this IJobStore store, Job job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(job);
        if (job is { Status: JobStatus.Completed, Type: ProtectionTask.TypeName }
            && JsonSerializer.Deserialize(job.Data.Bytes.Span, ApiJsonContext.Default.ProtectionTask) is { CallbackAuthToken: not null } task)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(task with { CallbackAuthToken = null }, ApiJsonContext.Default.ProtectionTask);
            await store.TryReplaceAsync(job with { Data = new Payload(Payload.Json, bytes) }, [], cancellationToken);
        }
    }
}
