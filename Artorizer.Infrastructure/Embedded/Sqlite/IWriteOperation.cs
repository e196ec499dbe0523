namespace Artorizer.Infrastructure.Embedded.Sqlite;

/// <summary>A change that waits for the writer.</summary>
internal interface IWriteOperation
{
    /// <summary>Rough size of what it writes, in bytes; bounds the transaction.</summary>
    int Weight { get; }

    /// <summary><see langword="false"/> if its caller has gone in the meantime; it is then settled and must be left out.</summary>
    bool TryBegin();

    /// <summary>Makes the change. May be run again after a rollback, so it changes nothing but the database.</summary>
    void Execute(WriteSession session);

    /// <summary>After the commit, in the order of the operations, before any caller goes on.</summary>
    void Committed();

    /// <summary>Lets the caller go on.</summary>
    void Complete();

    /// <summary>Hands the error to the caller; nothing was changed.</summary>
    void Fail(Exception exception);
}
