using Artorizer.Contracts.Jobs;
using Artorizer.Processor.Engine;
using NetVips;

namespace Artorizer.Processor.Images;

/// <summary>Brings what decoders give to the few kinds of pixels that are worked on.</summary>
internal static class PixelLayout
{
    /// <summary>The image as grey or RGB, of 8 or 16 bits, with or without alpha.</summary>
    /// <exception cref="EngineException"><c>unsupported_format</c>.</exception>
    public static Image ToGreyOrRgb(Image image)
    {
        switch (image.Interpretation)
        {
            case Enums.Interpretation.Srgb or Enums.Interpretation.Rgb or Enums.Interpretation.Rgb16
                or Enums.Interpretation.Bw or Enums.Interpretation.Grey16:
                break;
            case Enums.Interpretation.Cmyk:
                // Ink values cannot carry a mark in luminance: the delivered file is sRGB.
                return image.IccTransform("srgb", embedded: true, inputProfile: "cmyk", intent: Enums.Intent.Perceptual, depth: 8);
            case Enums.Interpretation.Lab or Enums.Interpretation.Labs when image.Coding != Enums.Coding.None
                || image.Format is Enums.BandFormat.Short:
                return image.Colourspace(Enums.Interpretation.Srgb);
            case Enums.Interpretation.Lab or Enums.Interpretation.Labs or Enums.Interpretation.Xyz or Enums.Interpretation.Scrgb:
                // Of floating point: there is no saying what of it is white.
                throw Unsupported("sample type");
            default:
                throw Unsupported("colour space");
        }

        if (image.Format is not (Enums.BandFormat.Uchar or Enums.BandFormat.Ushort))
        {
            throw Unsupported("sample type");
        }

        if (image.Bands is < 1 or > 4)
        {
            throw Unsupported("number of channels");
        }

        return image.Copy();
    }

    private static EngineException Unsupported(string what) =>
        new(JobErrorCodes.UnsupportedFormat, $"The image has a {what} that is not supported.");
}
