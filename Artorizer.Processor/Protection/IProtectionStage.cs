using Artorizer.Contracts.Engine;
using Artorizer.Processor.Images;

namespace Artorizer.Processor.Protection;

/// <summary>One layer of protection. Stages run in the order of their registration, each on what the one before left.</summary>
public interface IProtectionStage
{
    /// <summary>Name of the step in the plan, the progress and the summary.</summary>
    string Name { get; }

    /// <summary>Whether the caller's options ask for this stage.</summary>
    bool AppliesTo(EngineOptions options);

    /// <summary>Refuses a job that this stage cannot do, before anything of it is read.</summary>
    /// <exception cref="Engine.EngineException">With the code and the sentence that the job's owner sees.</exception>
    void Check(ProtectionContext context)
    {
    }

    /// <summary>Changes the pixels in place, the same way for the same image and options.</summary>
    /// <param name="image">The image as the stage before left it; of an animation or a document, each frame or page in turn.</param>
    /// <param name="context">The job's options and the artwork.</param>
    /// <param name="cancellationToken">Checked at least once for every strip of rows.</param>
    StageOutcome Apply(RasterImage image, ProtectionContext context, CancellationToken cancellationToken);
}
