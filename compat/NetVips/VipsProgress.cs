using System.Runtime.InteropServices;

namespace NetVips;

/// <summary>How far the evaluation of an image is.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VipsProgress
{
    private nint _image;

    /// <summary>Seconds so far.</summary>
    public int Run;

    /// <summary>Seconds to come, estimated.</summary>
    public int Eta;

    public long TPels;

    public long NPels;

    public int Percent;

    private nint _start;
}
