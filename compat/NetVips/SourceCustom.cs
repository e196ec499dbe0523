using System.Buffers;
using System.Runtime.InteropServices;
using NetVips.Internal;

namespace NetVips;

/// <summary>A source whose bytes come from callbacks. They run on threads of libvips.</summary>
public class SourceCustom : Source
{
    public SourceCustom()
        : base(Native.SourceCustomNew())
    {
        SignalConnect<ReadSignal>("read", HandleRead);
        SignalConnect<SeekSignal>("seek", HandleSeek);
    }

    public delegate int ReadDelegate(byte[] buffer, int length);

    public delegate long SeekDelegate(long offset, SeekOrigin origin);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate long ReadSignal(nint source, nint buffer, long length, nint data);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate long SeekSignal(nint source, long offset, int whence, nint data);

    public event ReadDelegate OnRead;

    public event SeekDelegate OnSeek;

    private long HandleRead(nint source, nint buffer, long length, nint data)
    {
        if (length <= 0 || OnRead == null)
        {
            return length <= 0 ? 0 : -1;
        }

        var chunk = ArrayPool<byte>.Shared.Rent((int)Math.Min(length, 1 << 20));
        try
        {
            var read = OnRead(chunk, (int)Math.Min(length, chunk.Length));
            Marshal.Copy(chunk, 0, buffer, Math.Max(read, 0));
            return read;
        }
        catch (Exception exception)
        {
            Exception = exception;
            return -1;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private long HandleSeek(nint source, long offset, int whence, nint data)
    {
        try
        {
            return OnSeek?.Invoke(offset, (SeekOrigin)whence) ?? -1;
        }
        catch (Exception exception)
        {
            Exception = exception;
            return -1;
        }
    }
}
