using Artorizer.Router.Protect;

namespace Artorizer.Router.Uploads;

/// <summary>
/// What this process remembers of an upload between requests. All of it can be lost: the stores tell the offset,
/// and the parts tell the hash.
/// </summary>
internal sealed class UploadSession(string id) : IDisposable
{
    public string Id => id;

    /// <summary>Held by the one connection that works on the upload.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    /// <summary>
    /// Ends the connection that holds the turn; <see langword="null"/> while none does. Under the lock
    /// of <see cref="UploadSessions"/>.
    /// </summary>
    public CancellationTokenSource? Holder { get; set; }

    /// <summary>Whether the holder has been told to end. Under the lock of <see cref="UploadSessions"/>.</summary>
    public bool IsWanted { get; set; }

    /// <summary>Connections that hold or want the turn. Under the lock of <see cref="UploadSessions"/>.</summary>
    public int Users { get; set; }

    /// <summary>When the last of them left. Under the lock of <see cref="UploadSessions"/>.</summary>
    public long IdleSince { get; set; }

    /// <summary>First byte that is not stored; <see langword="null"/> until the stores have been asked.</summary>
    public long? Offset { get; set; }

    /// <summary>Parts stored, as far as known.</summary>
    public int Parts { get; set; }

    /// <summary>
    /// Hash and inspection of every byte before <see cref="Offset"/>; <see langword="null"/> where this
    /// process has not seen them all.
    /// </summary>
    public ImageCheck? Check { get; private set; }

    /// <summary>Begins the check with the first byte, or gives up one that does not stand where the upload stands.</summary>
    public void AlignCheck(Func<ImageCheck> create)
    {
        if (Offset == 0)
        {
            DropCheck();
            Check = create();
        }
        else if (Check?.Length != Offset)
        {
            DropCheck();
        }
    }

    public void DropCheck()
    {
        Check?.Dispose();
        Check = null;
    }

    public void Dispose()
    {
        DropCheck();
        Turn.Dispose();
    }
}
