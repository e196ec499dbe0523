using System.Globalization;
using Artorizer.Contracts.Jobs;
using Artorizer.Imaging;
using Artorizer.Processor.Engine;

namespace Artorizer.Processor.Images;

/// <summary>
/// What to send instead of a file whose frames cannot all be written again: to deliver one of them would be the loss of the others.
/// </summary>
internal static class FrameRefusal
{
    /// <summary>The refusal of a file.</summary>
    public static EngineException Of(SourceInfo info)
    {
        var (what, instead) = info.Format == ImageFormats.Png
            ? ("an animation of {0} frames beside a picture of its own", "Send the animation as WebP or GIF.")
            : ("of {0} frames or pictures", "Send an animation as WebP or GIF, and several pictures one by one.");
        var frames = string.Format(CultureInfo.InvariantCulture, what, info.Frames);
        return new EngineException(
            JobErrorCodes.UnsupportedFormat, $"The {info.Format.Name} file is {frames}, which cannot all be written again in that format. {instead}");
    }
}
