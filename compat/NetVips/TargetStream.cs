namespace NetVips;

internal sealed class TargetStream : TargetCustom
{
    private TargetStream(Stream stream)
    {
        OnWrite += (buffer, length) =>
        {
            stream.Write(buffer, 0, length);
            return length;
        };
        OnEnd += () =>
        {
            stream.Flush();
            return 0;
        };
        if (stream.CanRead)
        {
            OnRead += (buffer, length) => stream.Read(buffer, 0, length);
        }

        if (stream.CanSeek)
        {
            var start = stream.Position;
            OnSeek += (offset, origin) => stream.Seek(origin == SeekOrigin.Begin ? start + offset : offset, origin) - start;
        }
    }

    internal static TargetStream NewFromStream(Stream stream) =>
        stream.CanWrite ? new TargetStream(stream) : throw new ArgumentException("The stream should be writable.", nameof(stream));
}
