using System.Security.Cryptography;
using Artorizer.Contracts.Streams;

namespace Artorizer.Router.Uploads;

/// <summary>
/// A chunk with a checksum, on its way to the store as one object: it fails at its end if the checksum is wrong, so that
/// nothing of it is kept. A broken connection passes through as what it is, for the same end.
/// </summary>
internal sealed class ChecksummedStream(Stream body, long room, UploadChecksum checksum, CancellationToken stop) : ReadOnlyStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(checksum.Algorithm);
    private long _room = room;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, stop);
        _room -= read;
        if (_room < 0)
        {
            throw TusRequest.BeyondLength();
        }

        _hash.AppendData(buffer.Span[..read]);
        if (read == 0 && !buffer.IsEmpty && !CryptographicOperations.FixedTimeEquals(_hash.GetCurrentHash(), checksum.Expected))
        {
            throw UploadChecksum.NotMatching();
        }

        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
