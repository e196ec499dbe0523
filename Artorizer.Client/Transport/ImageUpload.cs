namespace Artorizer.Client.Transport;

/// <summary>An image on its way up; opened anew for each attempt.</summary>
internal sealed class ImageUpload
{
    private readonly Func<long, Stream> _open;
    private readonly IProgress<long>? _progress;

    private ImageUpload(Func<long, Stream> open, string fileName, long? length, IProgress<long>? progress) =>
        (_open, FileName, Length, _progress) = (open, fileName, length, progress);

    public string FileName { get; }

    /// <summary>Whether the bytes can be read a second time.</summary>
    public bool CanRepeat => Length is not null;

    /// <summary>Bytes; <see langword="null"/> where they can be read only once.</summary>
    public long? Length { get; }

    public static ImageUpload OfFile(string path, IProgress<long>? progress) =>
        new(
            offset => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous | FileOptions.SequentialScan)
            {
                Position = offset,
            },
            Path.GetFileName(path), new FileInfo(path).Length, progress);

    /// <param name="stream">Read from where it stands; left open.</param>
    /// <param name="fileName">What to call it.</param>
    /// <param name="progress">Receives the number of bytes sent.</param>
    public static ImageUpload OfStream(Stream stream, string fileName, IProgress<long>? progress)
    {
        var start = stream.CanSeek ? stream.Position : 0;
        return new(
            offset =>
            {
                if (stream.CanSeek)
                {
                    stream.Position = start + offset;
                }

                return new WrappedStream(stream, leaveOpen: true);
            },
            fileName, stream.CanSeek ? stream.Length - start : null, progress);
    }

    /// <summary>The bytes from an offset on, which is 0 where they can be read only once.</summary>
    public Stream Open(long offset = 0) => new CountingStream(_open(offset), _progress, offset);
}
