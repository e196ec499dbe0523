using System.Diagnostics;
using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Artorizer.Processor.Analysis;
using Artorizer.Processor.Images;
using Artorizer.Processor.Protection;
using Microsoft.Extensions.Options;

namespace Artorizer.Processor.Engine;

/// <summary>Runs jobs: admission, time limit, steps in order, and one kind of exception at the end.</summary>
public sealed class ImagePipeline(
    EngineGate gate,
    MemoryBudget memory,
    EngineShutdown shutdown,
    ImageLoader loader,
    ImageEncoder encoder,
    IEnumerable<IImageAnalyzer> analyzers,
    IEnumerable<IProtectionStage> stages,
    EngineTelemetry telemetry,
    TimeProvider time,
    IOptions<ProcessorOptions> options,
    ILogger<ImagePipeline> logger)
{
    /// <summary>Runs one job.</summary>
    /// <param name="command">What to do.</param>
    /// <param name="fetch">Receives the original into the job's folder.</param>
    /// <param name="output">Takes progress and files.</param>
    /// <param name="cancellationToken">The caller has gone.</param>
    /// <exception cref="EngineException">Anything that failed, with its code.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public async Task RunAsync(
        ProtectCommand command,
        Func<JobWorkspace, CancellationToken, Task<SourceFile>> fetch,
        IEngineOutput output,
        CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var outcome = "failed";
        using var admitted = gate.Admit();
        telemetry.Started();
        using var timeout = new CancellationTokenSource(options.Value.JobTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token, shutdown.Over);
        try
        {
            command.Artwork ??= new Artwork();
            command.Options ??= new EngineOptions { IncludeHashAnalysis = true, IncludeProtection = true };
            using var workspace = new JobWorkspace(options.Value.TempDirectory);
            var job = new JobRun(command, workspace, output, gate, memory, loader, encoder, analyzers, stages, telemetry, time, options.Value);
            var completed = await job.RunAsync(fetch, both.Token);
            outcome = "completed";
            logger.Completed(command.JobId, completed.Width, completed.Height, completed.Format, completed.ProcessingMs);
        }
        catch (EngineException exception)
        {
            Log(command.JobId, exception);
            throw;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            outcome = "cancelled";
            logger.Cancelled(command.JobId);
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested)
        {
            throw Logged(command.JobId, new EngineException(
                JobErrorCodes.TimedOut, $"The job took longer than {options.Value.JobTimeout.TotalSeconds:0.###} seconds.", exception));
        }
        catch (OperationCanceledException exception) when (shutdown.Over.IsCancellationRequested)
        {
            throw Logged(
                command.JobId,
                new EngineException(JobErrorCodes.EngineUnavailable, "The image engine is being stopped; another one may do it.", exception));
        }
        catch (Exception exception)
        {
            logger.Failed(command.JobId, exception);
            throw new EngineException(JobErrorCodes.Internal, "The image engine failed unexpectedly.", exception);
        }
        finally
        {
            telemetry.Finished(outcome, time.GetElapsedTime(start));
        }
    }

    private EngineException Logged(string jobId, EngineException exception)
    {
        Log(jobId, exception);
        return exception;
    }

    private void Log(string jobId, EngineException exception)
    {
        Activity.Current?.SetStatus(ActivityStatusCode.Error, exception.Code);
        if (exception.IsTransient)
        {
            logger.FailedForNow(jobId, exception.Code, exception.Message, exception.InnerException);
        }
        else
        {
            logger.Refused(jobId, exception.Code, exception.Message, exception.InnerException);
        }
    }
}
