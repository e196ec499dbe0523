using System.Diagnostics;
using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Artorizer.Imaging;
using Artorizer.Processor.Analysis;
using Artorizer.Processor.Images;
using Artorizer.Processor.Protection;

namespace Artorizer.Processor.Engine;

/// <summary>One job on its way through the steps. The image is decoded once; protection changes it in place.</summary>
internal sealed class JobRun(
    ProtectCommand command,
    JobWorkspace workspace,
    IEngineOutput output,
    EngineGate gate,
    MemoryBudget memory,
    ImageLoader loader,
    ImageEncoder encoder,
    IEnumerable<IImageAnalyzer> analyzers,
    IEnumerable<IProtectionStage> stages,
    EngineTelemetry telemetry,
    TimeProvider time,
    ProcessorOptions options)
{
    private readonly JobPlan _plan = JobPlan.For(command, analyzers, stages, output);
    private readonly JobReport _report = new(command);
    private readonly List<EngineArtifact> _artifacts = [];

    internal async Task<Completed> RunAsync(Func<JobWorkspace, CancellationToken, Task<SourceFile>> fetch, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        await output.ReportAsync(new EngineEvent { Plan = new Plan { Steps = { _plan.Steps } } }, cancellationToken);
        var source = await StepAsync(StepNames.Fetch, () => fetch(workspace, cancellationToken), cancellationToken);
        telemetry.Transferred(source.Length, "in");
        SourceInfo info;
        using (await gate.EnterAsync(cancellationToken))
        {
            using var share = new MemoryShare(memory, _plan.Has(StepNames.Encode), cancellationToken);
            info = await WorkOnPixelsAsync(source, share, cancellationToken);
        }

        await StepAsync(StepNames.Report, () => WriteReportsAsync(time.GetElapsedTime(start), cancellationToken), cancellationToken);
        await StepAsync(StepNames.Store, () => output.StoreAsync(_artifacts, cancellationToken), cancellationToken);
        telemetry.Transferred(_artifacts.Sum(artifact => artifact.Length), "out");
        var completed = _report.Completed(info, _artifacts, time.GetElapsedTime(start));
        await output.ReportAsync(new EngineEvent { Completed = completed }, cancellationToken);
        return completed;
    }

    private async Task<SourceInfo> WorkOnPixelsAsync(SourceFile source, MemoryShare share, CancellationToken cancellationToken)
    {
        var (info, picture) = await ComputeAsync(
            StepNames.Decode, () => loader.Load(source.Path, _plan.Has(StepNames.Encode), share.Reserve, cancellationToken), cancellationToken);
        using (picture)
        {
            telemetry.Decoded(picture.Pixels);
            WarnOf(info, picture);
            var first = picture.First;
            _report.Source = (source, info, first.Width, first.Height);
            using var luma = await ComputeAsync(null, first.ReadLuma, cancellationToken);
            await AnalyzeAsync(new AnalysisContext(command.Artwork, info, source.Length, source.Sha256, first, luma), cancellationToken);
            await ProtectAsync(picture, cancellationToken);
            if (_plan.Has(StepNames.Encode))
            {
                var path = workspace.PathOf(ArtifactVariants.Protected);
                await ComputeAsync(StepNames.Encode, () => encoder.Save(picture, info, path, cancellationToken), cancellationToken);
                await AddAsync(ArtifactVariants.Protected, info.Format.MediaType, cancellationToken);
            }

            if (_plan.Has(StepNames.Thumbnail))
            {
                var path = workspace.PathOf(ArtifactVariants.Thumbnail);
                if (await ComputeAsync(StepNames.Thumbnail, () => TrySaveThumbnail(first, path, cancellationToken), cancellationToken))
                {
                    await AddAsync(ArtifactVariants.Thumbnail, ImageFormats.WebP.MediaType, cancellationToken);
                }
            }

            var told = first.LeftOut;
            picture.Dispose(); // its memory is needed to decode the protected file
            if (_plan.Has(StepNames.Verify))
            {
                await LookAtDeliveredAsync(source, luma, told, cancellationToken);
            }

            return info;
        }
    }

    private void WarnOf(SourceInfo info, Picture picture)
    {
        if (info.ReducedCopies > 0)
        {
            _report.Warn(JobWarning.FramesDropped, $"{info.ReducedCopies} pages are smaller copies of others and were left out.");
        }

        foreach (var dropped in info.Dropped.Concat(picture.Dropped))
        {
            _report.Warn(JobWarning.MetadataDropped, dropped);
        }
    }

    // A picture is no worse protected for want of a small one.
    private bool TrySaveThumbnail(RasterImage image, string path, CancellationToken cancellationToken)
    {
        try
        {
            encoder.SaveThumbnail(image, options.ThumbnailSide, path, cancellationToken);
            return true;
        }
        catch (EngineException e)
        {
            Activity.Current?.AddException(e);
            _report.Warn(JobWarning.ThumbnailFailed, "No thumbnail could be made of the picture.");
            return false;
        }
    }

    private async Task AnalyzeAsync(AnalysisContext context, CancellationToken cancellationToken)
    {
        foreach (var analyzer in _plan.Analyzers)
        {
            _report.Add(analyzer.Name, await ComputeAsync(
                analyzer.Name, () => analyzer.AnalyzeAsync(context, cancellationToken).GetAwaiter().GetResult(), cancellationToken));
        }
    }

    private async Task ProtectAsync(Picture picture, CancellationToken cancellationToken)
    {
        foreach (var stage in _plan.Stages)
        {
            _report.Add(stage.Name, await ComputeAsync(
                stage.Name,
                () => StageOutcome.OfAll([.. picture.Frames.Select(frame => stage.Apply(frame, _plan.Context, cancellationToken))]),
                cancellationToken));
        }
    }

    private async Task LookAtDeliveredAsync(SourceFile source, LumaPlane original, MetadataKinds told, CancellationToken cancellationToken)
    {
        using var delivered = await ComputeAsync(StepNames.Verify, () => Verify(source, told, cancellationToken), cancellationToken);
        if (_plan.Has(StepNames.Mask))
        {
            var path = workspace.PathOf(ArtifactVariants.Mask);
            _report.Difference = await ComputeAsync(
                StepNames.Mask, () => MaskWriter.Write(original, delivered.First, path, cancellationToken), cancellationToken);
            await AddAsync(ArtifactVariants.Mask, SacMask.MediaType, cancellationToken);
        }
    }

    private Picture Verify(SourceFile source, MetadataKinds told, CancellationToken cancellationToken)
    {
        var path = workspace.PathOf(ArtifactVariants.Protected);
        var (info, delivered) = loader.Load(path, toWrite: false, reserve: null, cancellationToken);
        try
        {
            _report.FindMarks(delivered.First, cancellationToken);
            if (LostMetadata.Tell(source.Path, path, info.Format, told) is { } lost)
            {
                _report.Warn(JobWarning.MetadataDropped, lost);
            }

            return delivered;
        }
        catch
        {
            delivered.Dispose();
            throw;
        }
    }

    private async Task WriteReportsAsync(TimeSpan elapsed, CancellationToken cancellationToken)
    {
        if (output.Wants(ArtifactVariants.Analysis))
        {
            await File.WriteAllBytesAsync(workspace.PathOf(ArtifactVariants.Analysis), _report.Analysis(), cancellationToken);
            await AddAsync(ArtifactVariants.Analysis, "application/json", cancellationToken);
        }

        if (output.Wants(ArtifactVariants.Summary))
        {
            var summary = _report.Summary(_plan.Context.Watermark, _artifacts, elapsed);
            await File.WriteAllBytesAsync(workspace.PathOf(ArtifactVariants.Summary), summary, cancellationToken);
            await AddAsync(ArtifactVariants.Summary, "application/json", cancellationToken);
        }
    }

    private async Task AddAsync(string variant, string contentType, CancellationToken cancellationToken) =>
        _artifacts.Add(await workspace.DescribeAsync(variant, contentType, cancellationToken));

    private Task<bool> ComputeAsync(string? step, Action action, CancellationToken cancellationToken) =>
        ComputeAsync(step, () =>
        {
            action();
            return true;
        }, cancellationToken);

    /// <summary>Runs work for a core on a thread of its own: blocking the pool's threads would stall the transfers of other jobs.</summary>
    private Task<T> ComputeAsync<T>(string? step, Func<T> action, CancellationToken cancellationToken)
    {
        Task<T> Work() => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return step is null ? Work() : StepAsync(step, Work, cancellationToken);
    }

    private Task<bool> StepAsync(string name, Func<Task> action, CancellationToken cancellationToken) =>
        StepAsync(name, async () =>
        {
            await action();
            return true;
        }, cancellationToken);

    private async Task<T> StepAsync<T>(string name, Func<Task<T>> action, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await output.ReportAsync(new EngineEvent { StepStarted = new StepStarted { Name = name } }, cancellationToken);
        var start = time.GetTimestamp();
        T result;
        using (var activity = EngineTelemetry.Source.StartActivity(name))
        {
            try
            {
                result = await action();
            }
            catch (Exception exception)
            {
                activity?.SetStatus(ActivityStatusCode.Error, (exception as EngineException)?.Code);
                throw;
            }
        }

        var duration = time.GetElapsedTime(start);
        telemetry.Step(name, duration);
        _report.StepDone(name, duration);
        var completed = new StepCompleted { Name = name, DurationMs = duration.TotalMilliseconds };
        await output.ReportAsync(new EngineEvent { StepCompleted = completed }, cancellationToken);
        return result;
    }
}
