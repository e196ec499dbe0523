using System.Runtime.InteropServices;
using NetVips.Internal;

namespace NetVips;

/// <summary>Owns one reference to a GObject.</summary>
public unsafe class GObject : SafeHandle
{
    internal GObject(nint pointer)
        : base(0, ownsHandle: true)
    {
        SetHandle(pointer);
    }

    public override bool IsInvalid => handle == 0;

    public ulong SignalConnect<T>(string detailedSignal, T callback, nint data = 0)
        where T : notnull
    {
        var id = Native.SignalConnectData(this, detailedSignal, Marshal.GetFunctionPointerForDelegate(callback), data, 0, 0);
        if (id == 0)
        {
            throw new ArgumentException("Failed to connect signal " + detailedSignal, nameof(detailedSignal));
        }

        // The native object can outlive this wrapper, and must then still find the delegate.
        Native.ObjectWeakRef(this, &ReleaseCallback, GCHandle.ToIntPtr(GCHandle.Alloc(callback)));
        return id;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static void ReleaseCallback(nint data, nint finalizedObject) => GCHandle.FromIntPtr(data).Free();

    public void SignalHandlerDisconnect(ulong handlerId)
    {
        if (handlerId != 0)
        {
            Native.SignalHandlerDisconnect(this, handlerId);
        }
    }

    internal nint Pointer => handle;

    internal nint ObjectRef() => Native.ObjectRef(handle);

    protected override bool ReleaseHandle()
    {
        Native.ObjectUnref(handle);
        return true;
    }
}
