namespace Artorizer.Router.Uploads;

/// <summary>The right to work on an upload, held by one connection at a time.</summary>
internal sealed class UploadTurn(UploadSessions sessions, UploadSession session, CancellationToken wanted) : IDisposable
{
    private int _disposed;

    public UploadSession Session => session;

    /// <summary>Cancelled when a newer connection wants the upload. Whoever reads from a client ends then, and keeps what it has read.</summary>
    public CancellationToken Wanted => wanted;

    /// <summary>Gives the turn back; a submission does so before its caller.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            sessions.Leave(session);
        }
    }
}
