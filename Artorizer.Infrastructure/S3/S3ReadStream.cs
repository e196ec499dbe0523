using Amazon.Runtime;
using Artorizer.Contracts.Streams;

namespace Artorizer.Infrastructure.S3;

/// <summary>
/// The body of an answer. What breaks it is an <see cref="IOException"/>, also a server that falls silent, and an end before
/// the last byte. Disposing it early closes the connection instead of reading the rest.
/// </summary>
internal sealed class S3ReadStream(IDisposable response, Stream body, long length, TimeSpan silence) : ReadOnlyStream
{
    private long _position;

    public override long Length => length;

    public override long Position => _position;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(silence);
        try
        {
            return Count(await body.ReadAsync(buffer, limit.Token), buffer.Length);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException("The object store fell silent in the middle of an object.", exception);
        }
        catch (Exception exception) when (exception is AmazonClientException or HttpRequestException)
        {
            throw Broken(exception);
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return Count(body.Read(buffer, offset, count), count);
        }
        catch (Exception exception) when (exception is AmazonClientException or HttpRequestException)
        {
            throw Broken(exception);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            response.Dispose();
        }

        base.Dispose(disposing);
    }

    private static IOException Broken(Exception exception) => new("The object store's answer was interrupted in the middle of an object.", exception);

    private int Count(int read, int asked)
    {
        _position += read;
        return read > 0 || asked == 0 || _position == length
            ? read
            : throw new IOException($"The object store ended after {_position} of {length} bytes.");
    }
}
