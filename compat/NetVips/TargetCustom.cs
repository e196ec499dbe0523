using System.Buffers;
using System.Runtime.InteropServices;
using NetVips.Internal;

namespace NetVips;

/// <summary>A target whose bytes go to callbacks. They run on threads of libvips.</summary>
public class TargetCustom : Target
{
    public TargetCustom()
        : base(Native.TargetCustomNew())
    {
        SignalConnect<TransferSignal>("write", HandleWrite);
        SignalConnect<TransferSignal>("read", HandleRead);
        SignalConnect<SeekSignal>("seek", HandleSeek);
        SignalConnect<EndSignal>("end", HandleEnd);
    }

    public delegate long WriteDelegate(byte[] buffer, int length);

    public delegate int ReadDelegate(byte[] buffer, int length);

    public delegate long SeekDelegate(long offset, SeekOrigin origin);

    public delegate int EndDelegate();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate long TransferSignal(nint target, nint buffer, long length, nint data);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate long SeekSignal(nint target, long offset, int whence, nint data);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int EndSignal(nint target, nint data);

    public event WriteDelegate OnWrite;

    public event ReadDelegate OnRead;

    public event SeekDelegate OnSeek;

    public event EndDelegate OnEnd;

    private long HandleWrite(nint target, nint buffer, long length, nint data) => Guard(-1, () =>
    {
        var chunk = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            Marshal.Copy(buffer, chunk, 0, (int)length);
            return OnWrite?.Invoke(chunk, (int)length) ?? -1;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    });

    private long HandleRead(nint target, nint buffer, long length, nint data) => Guard(-1, () =>
    {
        var chunk = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            var read = OnRead?.Invoke(chunk, (int)length) ?? -1;
            Marshal.Copy(chunk, 0, buffer, Math.Max(read, 0));
            return read;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    });

    private long HandleSeek(nint target, long offset, int whence, nint data) =>
        Guard(-1, () => OnSeek?.Invoke(offset, (SeekOrigin)whence) ?? -1);

    private int HandleEnd(nint target, nint data) => (int)Guard(-1, () => OnEnd?.Invoke() ?? 0);

    private long Guard(long failed, Func<long> callback)
    {
        try
        {
            return callback();
        }
        catch (Exception exception)
        {
            Exception = exception;
            return failed;
        }
    }
}
