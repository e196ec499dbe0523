using Artorizer.Router.Errors;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Uploads;

/// <summary>
/// Lets one connection at a time work on an upload. A client that lost its connection comes back long before the server
/// notices the loss, so the newest connection wins: the older one is told to end and has a moment to store what it has read.
/// </summary>
/// <remarks>
/// Among several routers nothing is locked, and nothing needs to be: parts never replace each other and may overlap.
/// </remarks>
internal sealed class UploadSessions(IOptionsMonitor<UploadOptions> options, TimeProvider time)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(250);

    // For what has arrived already and was not read yet.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, UploadSession> _sessions = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Waits for the turn.</summary>
    /// <exception cref="ApiException">423: the older connection did not end in time.</exception>
    public async Task<UploadTurn> EnterAsync(string id, CancellationToken cancellationToken)
    {
        var session = Join(id);
        try
        {
            var since = time.GetTimestamp();
            while (true)
            {
                Interrupt(session);
                if (await session.Turn.WaitAsync(AskAgain, cancellationToken))
                {
                    return Hold(session);
                }

                if (time.GetElapsedTime(since) >= options.CurrentValue.TakeoverWait)
                {
                    throw new ApiException(
                        StatusCodes.Status423Locked, "Upload locked", "Another connection works on this upload and has not ended yet. Try again.")
                    {
                        RetryAfter = RetryAfter,
                    };
                }
            }
        }
        catch
        {
            Part(session);
            throw;
        }
    }

    /// <summary>Gives the turn back.</summary>
    public void Leave(UploadSession session)
    {
        lock (_lock)
        {
            session.Holder?.Dispose();
            session.Holder = null;
        }

        session.Turn.Release();
        Part(session);
    }

    /// <summary>Forgets uploads that no connection has worked on for a while, or that are gone.</summary>
    public void Forget(TimeSpan idle)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            foreach (var session in _sessions.Values.Where(s => s.Users == 0 && time.GetElapsedTime(s.IdleSince, now) >= idle).ToList())
            {
                _sessions.Remove(session.Id);
                session.Dispose();
            }
        }
    }

    private UploadSession Join(string id)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(id, out var session))
            {
                _sessions[id] = session = new UploadSession(id);
            }

            session.Users++;
            return session;
        }
    }

    private void Part(UploadSession session)
    {
        lock (_lock)
        {
            session.Users--;
            session.IdleSince = time.GetTimestamp();
        }
    }

    private UploadTurn Hold(UploadSession session)
    {
        lock (_lock)
        {
            session.IsWanted = false;
            session.Holder = new CancellationTokenSource();
            return new UploadTurn(this, session, session.Holder.Token);
        }
    }

    private void Interrupt(UploadSession session)
    {
        lock (_lock)
        {
            if (session.Holder is { } holder && !session.IsWanted)
            {
                session.IsWanted = true;
                holder.CancelAfter(Grace);
            }
        }
    }
}
