using System.IO.Pipelines;
using Artorizer.Contracts.Engine;
using Artorizer.Jobs.Objects;

namespace Artorizer.Jobs.Engine;

/// <summary>Writes artifacts that arrive in chunks to the object store, one after the other, holding no more than a pipe's buffer.</summary>
internal sealed class ArtifactReceiver(IObjectStore objects, string jobId) : IAsyncDisposable
{
    private static readonly PipeOptions Buffer = new(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19);
    private readonly CancellationTokenSource _abort = new();
    private Pipe? _pipe;
    private Task _storing = Task.CompletedTask;

    public async Task ReceiveAsync(ArtifactChunk chunk, CancellationToken cancellationToken)
    {
        if (_pipe is null)
        {
            _pipe = new Pipe(Buffer);
            _storing = StoreAsync(_pipe.Reader, chunk.Variant, chunk.ContentType);
        }

        await _pipe.Writer.WriteAsync(chunk.Data.Memory, cancellationToken);
        if (chunk.Last)
        {
            await _pipe.Writer.CompleteAsync();
            await _storing.WaitAsync(cancellationToken);
            _pipe = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_pipe is not null)
        {
            // An artifact that was cut off must not be stored as if it were whole.
            await _pipe.Writer.CompleteAsync(new IOException("The artifact was cut off."));
            await _abort.CancelAsync();
            await _storing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _abort.Dispose();
    }

    private async Task StoreAsync(PipeReader reader, string variant, string contentType)
    {
        try
        {
            await using var content = reader.AsStream(leaveOpen: true);
            var options = new ObjectPutOptions { ContentType = contentType, ForAcceptedWork = true };
            await objects.PutAsync(ArtifactKeys.Key(jobId, variant), content, options, _abort.Token);
            await reader.CompleteAsync();
        }
        catch (Exception e)
        {
            await reader.CompleteAsync(e);
            throw;
        }
    }
}
