using System.Runtime.InteropServices;
using NetVips.Internal;

namespace NetVips;

/// <summary>A file, buffer or stream to load from.</summary>
public class Source : Connection
{
    private GCHandle _data;

    internal Source(nint pointer)
        : base(pointer)
    {
    }

    public static Source NewFromFile(string filename)
    {
        var pointer = Native.SourceNewFromFile(filename);
        return pointer == 0 ? throw new VipsException($"can't create source from filename {filename}") : new Source(pointer);
    }

    public static Source NewFromMemory(byte[] data)
    {
        var handle = GCHandle.Alloc(data, GCHandleType.Pinned);
        var pointer = Native.SourceNewFromMemory(handle.AddrOfPinnedObject(), (nuint)data.Length);
        if (pointer == 0)
        {
            handle.Free();
            throw new VipsException("can't create input source from memory");
        }

        return new Source(pointer) { _data = handle };
    }

    protected override bool ReleaseHandle()
    {
        var released = base.ReleaseHandle();
        if (_data.IsAllocated)
        {
            _data.Free();
        }

        return released;
    }
}
