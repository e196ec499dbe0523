using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Artorizer.Processor.Engine;
using Artorizer.Processor.Images;
using Microsoft.Extensions.Options;

namespace Artorizer.Processor.Watermarks;

/// <summary>Reads the mark of a file that a caller sends, under the same limits as a job.</summary>
public sealed class WatermarkDetector(
    EngineGate gate, MemoryBudget memory, ImageLoader loader, SourceReceiver receiver, TimeProvider time, IOptions<ProcessorOptions> options)
{
    /// <summary>Looks for a mark of any strategy.</summary>
    /// <exception cref="EngineException">The file is no image, too large, or took too long.</exception>
    public async Task<DetectWatermarkResponse> DetectAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, CancellationToken cancellationToken)
    {
        using var admitted = gate.Admit();
        using var timeout = new CancellationTokenSource(options.Value.JobTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var activity = EngineTelemetry.Source.StartActivity("detect_watermark");
            using var workspace = new JobWorkspace(options.Value.TempDirectory);
            var source = await receiver.ReceiveAsync(chunks, workspace, new ProtectCommand { Artwork = new Artwork() }, both.Token);
            using var core = await gate.EnterAsync(both.Token);
            return await Task.Factory.StartNew(
                () => Detect(source.Path, both.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new EngineException(JobErrorCodes.TimedOut, "Reading the watermark took too long.", exception);
        }
    }

    private DetectWatermarkResponse Detect(string path, CancellationToken cancellationToken)
    {
        using var share = new MemoryShare(memory, toWrite: false, cancellationToken);
        using var picture = loader.Load(path, toWrite: false, share.Reserve, cancellationToken).Picture;
        return WatermarkReader.Read(picture.First, cancellationToken) is { } reading
            ? new DetectWatermarkResponse
            {
                Found = true,
                Confidence = reading.Confidence,
                Payload = reading.Payload,
                Strategy = reading.Strategy,
            }
            : new DetectWatermarkResponse();
    }
}
