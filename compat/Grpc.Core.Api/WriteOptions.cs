namespace Grpc.Core;

/// <summary>Hints for one write.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>Another message follows soon, so this one need not be flushed.</summary>
    BufferHint = 0x1,

    /// <summary>Send this message uncompressed even if the call has a compression algorithm.</summary>
    NoCompress = 0x2,
}

/// <summary>Options of write operations.</summary>
public class WriteOptions
{
    public static readonly WriteOptions Default = new();

    public WriteOptions(WriteFlags flags = default) => Flags = flags;

    public WriteFlags Flags { get; }
}
