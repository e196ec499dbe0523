namespace Artorizer.Processor.Images;

/// <summary>Where libvips comes from.</summary>
public enum LibvipsChoice
{
    /// <summary>The library that is delivered with Artorizer; it has no HEIC.</summary>
    Bundled,

    /// <summary>The library that is installed on the machine, with whatever formats it has. Linux with glibc only.</summary>
    System,
}
