using NetVips.Internal;

namespace NetVips;

/// <summary>A failed libvips call. Takes the text of the error buffer and clears it.</summary>
public class VipsException : Exception
{
    public VipsException()
    {
    }

    public VipsException(string message)
        : base($"{message}{Environment.NewLine}{TakeErrorBuffer()}")
    {
    }

    public VipsException(string message, Exception inner)
        : base($"{message}{Environment.NewLine}{TakeErrorBuffer()}", inner)
    {
    }

    private static string TakeErrorBuffer()
    {
        // A copy: the buffer itself is shared by all threads and may be written to while it is read.
        var text = Native.TakeString(Native.ErrorBufferCopy(), free: true);
        Native.ErrorClear();
        return text;
    }
}
