using System.Text;
using Artorizer.Contracts.Jobs;
using StackExchange.Redis;

namespace Artorizer.Infrastructure.Redis;

/// <summary>
/// Names of keys and channels. All begin with the prefix, and with its hash tag lie in one slot. The scripts spell them too
/// (<c>prelude.lua</c>): those that depend on what is stored are known there only.
/// <code>
/// job:ID            hash    the job, see RedisJobFields
/// log:ID            list    its events, oldest first; an event's number is its place, from 1
/// jobs              zset    job ids by task id
/// status:S          zset    the same for each state
/// owner:S:OWNER     zset    the same for each owner and state
/// content:SHA:OWNER zset    unfailed jobs for the same bytes, by task id
/// idempotency:…     string  job id
/// finished          zset    finished jobs by time of completion
/// outbox            zset    jobs whose message is not known to be sent, by time
/// last-task-id      string  counter
/// published         string  counter of events, for their order
/// secret-keys       list    keys that callers' secrets are encrypted with
/// gone:ID           string  tombstone of a deleted job: its last event's number
/// events, events:ID         channels: of every job, and of one
/// </code>
/// </summary>
internal sealed class RedisKeys(string prefix)
{
    public RedisValue Prefix { get; } = prefix;

    public RedisKey Jobs { get; } = prefix + ":jobs";

    public RedisKey Finished { get; } = prefix + ":finished";

    public RedisKey Outbox { get; } = prefix + ":outbox";

    public RedisKey LastTaskId { get; } = prefix + ":last-task-id";

    public RedisKey SecretKeys { get; } = prefix + ":secret-keys";

    public RedisKey Published { get; } = prefix + ":published";

    public RedisChannel AllEvents { get; } = new(prefix + ":events", RedisChannel.PatternMode.Literal);

    public RedisKey Job(string id) => prefix + ":job:" + id;

    public RedisKey Log(string id) => prefix + ":log:" + id;

    public RedisKey Gone(string id) => prefix + ":gone:" + id;

    public RedisKey Status(JobStatus status) => prefix + ":status:" + RedisText.Number((int)status);

    public RedisKey Owner(JobStatus status, string owner) => prefix + ":owner:" + RedisText.Number((int)status) + ":" + owner;

    public RedisKey Content(string owner, string sha256) => prefix + ":content:" + sha256 + ":" + owner;

    // With the length of the owner in bytes, since both parts may hold any character.
    public RedisKey Idempotency(string owner, string key) =>
        prefix + ":idempotency:" + RedisText.Number(Encoding.UTF8.GetByteCount(owner)) + ":" + owner + ":" + key;

    public RedisChannel Events(string id) => new(prefix + ":events:" + id, RedisChannel.PatternMode.Literal);
}
