namespace Artorizer.Processor.Images;

/// <summary>How the frames or pages of a format are read and written.</summary>
internal enum FrameLayout
{
    /// <summary>One picture can be written; a file with more of them is refused.</summary>
    One,

    /// <summary>Frames of one size, below each other in one image of libvips, which keeps their times and how often they are repeated.</summary>
    Stack,

    /// <summary>Frames that libvips does not see; they are put together for it as a stack.</summary>
    Composed,

    /// <summary>Pages that may differ in size, colours and metadata, each an image of its own.</summary>
    Pages,
}
