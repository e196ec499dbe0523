namespace NetVips;

/// <summary>Where image files come from or go to.</summary>
public abstract class Connection : VipsObject
{
    internal Connection(nint pointer)
        : base(pointer)
    {
    }

    /// <summary>What a callback threw; libvips itself only learns that it failed.</summary>
    internal Exception Exception { get; private protected set; }
}
