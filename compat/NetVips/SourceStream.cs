namespace NetVips;

internal sealed class SourceStream : SourceCustom
{
    private SourceStream(Stream stream)
    {
        OnRead += (buffer, length) => stream.Read(buffer, 0, length);
        if (stream.CanSeek)
        {
            var start = stream.Position;
            OnSeek += (offset, origin) => stream.Seek(origin == SeekOrigin.Begin ? start + offset : offset, origin) - start;
        }
    }

    internal static SourceStream NewFromStream(Stream stream) =>
        stream.CanRead ? new SourceStream(stream) : throw new ArgumentException("The stream should be readable.", nameof(stream));
}
