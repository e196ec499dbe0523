namespace Artorizer.Infrastructure.Embedded.Sqlite;

/// <summary>
/// Numbers kept up to date in the transactions that change them, so that no one ever counts rows.
/// Values are the keys of the table.
/// </summary>
internal enum Counter
{
    JobsQueued = 0,
    JobsProcessing = 1,
    JobsCompleted = 2,
    JobsFailed = 3,

    /// <summary>Highest task id given.</summary>
    LastTaskId = 4,

    /// <summary>Highest message number given. Numbers are never used twice: a late settlement must not hit another message.</summary>
    LastMessageId = 5,

    /// <summary>Messages that may be delivered now, leased ones included.</summary>
    MessagesReady = 6,
    MessagesDelayed = 7,
    MessagesDead = 8,

    /// <summary>Number of counters.</summary>
    Count = 9,
}
