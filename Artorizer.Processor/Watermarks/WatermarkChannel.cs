namespace Artorizer.Processor.Watermarks;

/// <summary>The plane of an image that carries a mark.</summary>
public enum WatermarkChannel
{
    /// <summary>0.299 R + 0.587 G + 0.114 B. A change of it goes to R, G and B alike.</summary>
    Luminance,

    /// <summary>0.492 (B − Y), as OpenCV's YUV has it. Grey images, which have none, carry the mark in luminance.</summary>
    ChromaU,
}
