using System.Globalization;
using Artorizer.Contracts.Streams;

namespace Artorizer.Router.Limits;

/// <summary>
/// A request body that is given up when nothing comes for a while. The server's own limit is an average over the whole
/// body: who sends 100 MB and then stops would hold a connection and a half-written file for days.
/// </summary>
internal sealed class ReadTimeoutStream(Stream source, TimeSpan timeout) : ReadOnlyStream
{
    /// <exception cref="BadHttpRequestException">408: nothing came in time. 400: a chunk size that is none.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            return await source.ReadAsync(buffer, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && limit.IsCancellationRequested)
        {
            throw new BadHttpRequestException(
                string.Create(CultureInfo.InvariantCulture, $"Nothing of the body came for {timeout.TotalSeconds:0.###} seconds."),
                StatusCodes.Status408RequestTimeout);
        }
        catch (IOException e) when (e.InnerException is OverflowException)
        {
            // The one fault of a chunked body that the server does not tell as the sender's: a chunk size beyond its integers.
            throw new BadHttpRequestException("The size of a chunk of the body is out of range.", StatusCodes.Status400BadRequest, e);
        }
    }
}
