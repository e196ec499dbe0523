using NetVips.Internal;

namespace NetVips;

/// <summary>A file, buffer or stream to save to.</summary>
public class Target : Connection
{
    internal Target(nint pointer)
        : base(pointer)
    {
    }

    /// <summary>What was saved to memory.</summary>
    public byte[] Blob => (byte[])Get("blob");

    public static Target NewToFile(string filename)
    {
        var pointer = Native.TargetNewToFile(filename);
        return pointer == 0 ? throw new VipsException($"can't create output target to filename {filename}") : new Target(pointer);
    }

    public static Target NewToMemory()
    {
        var pointer = Native.TargetNewToMemory();
        return pointer == 0 ? throw new VipsException("can't create output target to memory") : new Target(pointer);
    }
}
