using NetVips;

namespace Artorizer.Processor.Images;

/// <summary>Puts the frames of an animated PNG together: each as it is shown, below each other, as libvips has those of other formats.</summary>
internal static class ApngDecoder
{
    /// <summary>Fields of the stack with the exact time of each frame, as fractions of a second.</summary>
    internal const string Numerators = "apng-delay-numerators";
    internal const string Denominators = "apng-delay-denominators";

    /// <summary>Decodes all frames.</summary>
    /// <param name="file">The file.</param>
    /// <param name="original">The same, opened: its metadata go with the stack.</param>
    /// <param name="scratch">A file to write single frames to.</param>
    /// <param name="cancellationToken">Checked for every frame.</param>
    /// <exception cref="VipsException">A frame is damaged.</exception>
    /// <exception cref="InvalidDataException">A frame lies outside the picture.</exception>
    internal static Image Decode(ApngFile file, Image original, string scratch, CancellationToken cancellationToken)
    {
        var shown = new List<Image>();
        try
        {
            Image? canvas = null;
            foreach (var frame in file.Frames)
            {
                cancellationToken.ThrowIfCancellationRequested();
                file.Extract(frame, scratch);
                using var opened = Image.Pngload(scratch, failOn: Enums.FailOn.Error);
                using var part = PixelLayout.ToGreyOrRgb(opened);
                using var blank = part.NewFromImage(new double[part.Bands]);
                using var empty = blank.Embed(0, 0, original.Width, original.Height);
                using var drawn = Draw(canvas ?? empty, part, frame);
                shown.Add(drawn.CopyMemory());
                var next = Disposed(canvas ?? empty, shown[^1], frame, part.Bands);
                canvas?.Dispose();
                canvas = next;
            }

            canvas?.Dispose();
            using var joined = Image.Arrayjoin([.. shown], across: 1);
            using var shaped = joined.Copy(interpretation: shown[0].Interpretation, xres: original.Xres, yres: original.Yres);
            return shaped.Mutate(target => Describe(target, original, file));
        }
        finally
        {
            shown.ForEach(image => image.Dispose());
        }
    }

    private static Image Draw(Image canvas, Image part, ApngFrame frame)
    {
        if (frame.Left + (long)frame.Width > canvas.Width || frame.Top + (long)frame.Height > canvas.Height)
        {
            throw new InvalidDataException("A frame lies outside the picture.");
        }

        if (frame.Blend == 0 || !part.HasAlpha())
        {
            return canvas.Insert(part, frame.Left, frame.Top);
        }

        using var under = canvas.Crop(frame.Left, frame.Top, frame.Width, frame.Height);
        using var over = under.Composite2(part, Enums.BlendMode.Over);
        using var cast = over.Cast(part.Format);
        return canvas.Insert(cast, frame.Left, frame.Top);
    }

    // What the next frame is drawn on.
    private static Image Disposed(Image before, Image shown, ApngFrame frame, int bands)
    {
        using var result = frame.Dispose switch
        {
            1 => Cleared(shown, frame, bands),
            2 => before.Copy(),
            _ => shown.Copy(),
        };
        return result.CopyMemory();
    }

    private static Image Cleared(Image shown, ApngFrame frame, int bands)
    {
        using var part = shown.Crop(frame.Left, frame.Top, frame.Width, frame.Height);
        using var blank = part.NewFromImage(new double[bands]);
        return shown.Insert(blank, frame.Left, frame.Top);
    }

    private static void Describe(MutableImage target, Image original, ApngFile file)
    {
        var builtIn = target.GetFields().ToHashSet(StringComparer.Ordinal);
        foreach (var field in original.GetFields().Where(field => !builtIn.Contains(field)))
        {
            target.Set(original.GetTypeOf(field), field, original.Get(field));
        }

        target.Set(GValue.GIntType, "page-height", original.Height);
        target.Set(GValue.GIntType, "n-pages", file.Frames.Count);
        target.Set(GValue.GIntType, "loop", file.Plays);
        target.Set(GValue.ArrayIntType, Numerators, file.Frames.Select(frame => frame.DelayNumerator).ToArray());
        target.Set(GValue.ArrayIntType, Denominators, file.Frames.Select(frame => frame.DelayDenominator).ToArray());
    }
}
