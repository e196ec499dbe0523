using System.Runtime.InteropServices;

namespace Artorizer.Processor.Images;

/// <summary>One byte of luminance for each pixel, in native memory.</summary>
public sealed unsafe class LumaPlane : IDisposable
{
    private byte* _data;

    /// <summary>Allocates a plane; its contents are undefined.</summary>
    public LumaPlane(int width, int height)
    {
        Width = width;
        Height = height;
        _data = (byte*)NativeMemory.Alloc((nuint)width * (nuint)height);
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>One row.</summary>
    public Span<byte> Row(int y)
    {
        ObjectDisposedException.ThrowIf(_data == null, this);
        return new Span<byte>(_data + ((nint)y * Width), Width);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_data);
        _data = null;
    }
}
